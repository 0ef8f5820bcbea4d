import { DownloadFailure } from './downloadFailure.ts';
import type { RemoteAnswer } from './openRemote.ts';

export interface Asked {
  /** `sd-v1-4.ckpt of CompVis/stable-diffusion-v-1-4-original`, for messages. */
  readonly what: string;
  /** Where a person can read about it and accept a licence. */
  readonly page: string | undefined;
  readonly hasToken: boolean;
}

/** Longest that a server may make us wait. */
const LONGEST_WAIT = 120_000;

/** Why an answer is not the file, as what to do about it; undefined when it is. */
export function answerFailure(answer: RemoteAnswer, asked: Asked): DownloadFailure | undefined {
  const { status, host } = answer;
  const { what } = asked;
  if (status === 200 || status === 206) {
    if (!/^text\/html\b/i.test(answer.header('content-type') ?? '')) return undefined;
    return new DownloadFailure(
      `${host} answered with a web page instead of ${what}: is there a login, a proxy or a wrong address in between?`,
    );
  }
  if (status === 401 || status === 403) return new DownloadFailure(deniedSentence(host, status, asked));
  if (status === 404 || status === 410)
    return new DownloadFailure(`${host} has no ${what} (${status}): check the names, and the revision.`);
  if (status === 408 || status === 429 || status >= 500) {
    const reason = status === 429 ? 'asks to wait' : `is not able to answer (${status})`;
    const message = `${host} ${reason}.`;
    return new DownloadFailure(message, { passing: true, wait: retryAfter(answer.header('retry-after')) });
  }
  return new DownloadFailure(`${host} answered ${status} instead of ${what}.`);
}

function deniedSentence(host: string, status: number, { what, page, hasToken }: Asked): string {
  const where = page === undefined ? 'on its page' : `at ${page}`;
  if (!hasToken)
    return `${host} gives ${what} only to people who are signed in (${status}): accept its licence ${where}, make an access token there, and give it in the Models panel or as HF_TOKEN.`;
  return `${host} refuses ${what} with this access token (${status}): accept the licence ${where} with the same account, and check that the token may read.`;
}

/** Seconds or a date. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT) : undefined;
}
