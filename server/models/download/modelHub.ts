import { z } from 'zod';
import { sha256Schema } from '../../protocol/models.ts';
import { diffusersFiles } from '../diffusersFiles.ts';
import { answerFailure } from './answerFailure.ts';
import type { Connections } from './connections.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { networkFailure } from './networkFailure.ts';
import { openRemote } from './openRemote.ts';
import type { PartFile } from './partState.ts';

export interface HubRepository {
  /** Address of the hub. */
  readonly hub: URL;
  /** `owner/name` */
  readonly repository: string;
  readonly revision: string;
}

/** Where a hub gives out a file of a repository. */
export function hubFileUrl({ hub, repository, revision }: HubRepository, path: string): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${base(hub)}/${repository}/resolve/${encodeURIComponent(revision)}/${parts}`).href;
}

export const hubPage = ({ hub, repository }: Pick<HubRepository, 'hub' | 'repository'>): string =>
  `${base(hub)}/${repository}`;

const base = (hub: URL): string => hub.href.replace(/\/+$/, '');

const revisionSchema = z.object({
  /** The commit that the revision means now. */
  sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().min(0).nullish(),
      lfs: z.object({ sha256: sha256Schema.optional(), oid: sha256Schema.optional() }).nullish(),
    }),
  ),
});

const LARGEST_LIST = 16 * 1024 * 1024;

/** What of a repository Impasto needs, as files to receive, at the commit that the revision means now. */
export async function hubFolder(
  place: HubRepository & { readonly half: boolean },
  network: {
    readonly token: string | undefined;
    readonly connections: Connections;
    readonly signal: AbortSignal;
  },
): Promise<{ files: PartFile[]; revision: string }> {
  const { repository, revision, half } = place;
  const url = new URL(
    `${base(place.hub)}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`,
  );
  const headers = { 'accept-encoding': 'identity', accept: 'application/json', 'user-agent': 'impasto' };
  const failed = (error: unknown): never => {
    throw networkFailure(error, repository) ?? error;
  };
  const answer = await openRemote({ url, headers, ...network }).catch(failed);
  const failure = answerFailure(answer, {
    what: repository,
    page: hubPage(place),
    hasToken: network.token !== undefined,
  });
  if (failure) {
    answer.close();
    throw failure;
  }
  const list = parseList(await readText(answer.chunks, repository).catch(failed), repository);
  const commit = list.sha ?? revision;
  const known = new Map(list.siblings.map((file) => [file.rfilename, file]));
  const files = diffusersFiles([...known.keys()].filter(isSafe), { half }).map((path): PartFile => {
    const { size, lfs } = known.get(path)!;
    const sha256 = lfs?.sha256 ?? lfs?.oid;
    return {
      path,
      url: hubFileUrl({ ...place, revision: commit }, path),
      done: false,
      ...(typeof size === 'number' && { bytes: size }),
      ...(sha256 !== undefined && { sha256 }),
    };
  });
  if (!files.some(({ path }) => /\.(safetensors|bin)$/.test(path)))
    throw new DownloadFailure(
      `${repository} holds no diffusers model: no weights in unet/, vae/ or at its top. Name one of its files instead.`,
    );
  return { files, revision: commit };
}

/** A repository's list may say anything; only plain paths are written to. */
const isSafe = (path: string): boolean =>
  path.length <= 400 && path.split('/').every((part) => /^[\w][\w.+-]*$/.test(part));

async function readText(body: AsyncIterable<Uint8Array>, repository: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_LIST)
      throw new DownloadFailure(`The hub's list of the files of ${repository} is too long.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseList(text: string, repository: string): z.infer<typeof revisionSchema> {
  try {
    const result = revisionSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
  } catch {
    // Said below.
  }
  throw new DownloadFailure(
    `The hub's list of the files of ${repository} cannot be understood: is the hub's address right?`,
  );
}
