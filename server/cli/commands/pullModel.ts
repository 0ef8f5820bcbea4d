import type { Download, DownloadRequest } from '../../protocol/models.ts';
import type { ModelDownloads } from '../../models/modelDownloads.ts';
import { sizeText } from '../../models/sizeText.ts';
import { progressText } from './progressText.ts';

export interface PullParts {
  readonly downloads: ModelDownloads;
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/** Milliseconds between two lines where nothing can be drawn over. */
const LINE_EVERY = 10_000;

/**
 * Downloads to the end and shows how far it is. Returns the exit status: 0 done, 1 failed, 130 stopped by Ctrl+C, which
 * keeps what was received. Throws ModelRefusal.
 */
export async function pullModel(
  request: DownloadRequest,
  { downloads, json, write }: PullParts,
): Promise<number> {
  const terminal = process.stdout.isTTY && !json;
  const line = (text: string) => write(terminal ? `\r\u001B[K${text}\n` : `${text}\n`);
  let said = -Infinity;
  let message: string | undefined;
  const show = (download: Download) => {
    if (json) return write(`${JSON.stringify({ kind: 'download', ...download })}\n`);
    if (download.message !== undefined && download.message !== message) line(download.message);
    message = download.message;
    if (!['downloading', 'checking'].includes(download.state)) return;
    if (terminal) return write(`\r\u001B[K${lineOf(download)}`);
    const now = performance.now();
    if (now - said < LINE_EVERY) return;
    said = now;
    line(lineOf(download));
  };
  const ended = new Promise<Download>((resolve) => {
    downloads.on('download', (download) => {
      show(download);
      if (['done', 'failed', 'cancelled'].includes(download.state)) resolve(download);
    });
  });
  try {
    const { id } = await downloads.start(request);
    process.once('SIGINT', () => void downloads.cancel(id, { discard: false }));
    const { state, name, bytes } = await ended;
    if (state === 'done' && !json) line(`Downloaded "${name}", ${sizeText(bytes)}.`);
    return { done: 0, failed: 1, cancelled: 130 }[state as 'done' | 'failed' | 'cancelled'];
  } finally {
    await downloads.close();
  }
}

const lineOf = (download: Download): string =>
  `${download.file}: ${download.state === 'checking' ? 'checking its sum ...' : progressText(download)}`;
