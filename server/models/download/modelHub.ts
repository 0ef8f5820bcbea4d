import { z } from 'zod';
import { sha256Schema } from '../../protocol/models.ts';
import { diffusersFiles } from '../diffusersFiles.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { fetchText, type FetchTextOptions } from './fetchText.ts';
import type { PartFile } from './partState.ts';
import { tryAgain, type TryOptions } from './tryAgain.ts';

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

/** What of a repository Impasto needs, as files to receive, at the commit that the revision means now. */
export async function hubFolder(
  place: HubRepository & { readonly half: boolean },
  network: Omit<FetchTextOptions, 'asked'> & Pick<TryOptions, 'retryDelay' | 'onWaiting'>,
): Promise<{ files: PartFile[]; revision: string }> {
  const { hub, repository, revision, half } = place;
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const asked = { what: repository, page: hubPage(place), hasToken: network.token !== undefined };
  const ask = () => fetchText(new URL(base(hub) + path), { ...network, asked });
  const list = parseList(await tryAgain(ask, { ...network, what: repository }), repository);
  const commit = list.sha ?? revision;
  const known = new Map(list.siblings.map((file) => [file.rfilename, file]));
  const files = diffusersFiles([...known.keys()].filter(isSafe), { half }).map((name): PartFile => {
    const { size, lfs } = known.get(name)!;
    const sha256 = lfs?.sha256 ?? lfs?.oid;
    return {
      path: name,
      url: hubFileUrl({ ...place, revision: commit }, name),
      ...(typeof size === 'number' && { bytes: size }),
      ...(sha256 !== undefined && { sha256 }),
    };
  });
  if (!files.some(({ path: name }) => /\.(safetensors|bin)$/.test(name)))
    throw new DownloadFailure(
      `${repository} holds no diffusers model: no weights in unet/, vae/ or at its top. Name one of its files instead.`,
    );
  return { files, revision: commit };
}

/** A repository's list may say anything; only plain paths are written to. */
const isSafe = (path: string): boolean =>
  path.length <= 400 && path.split('/').every((part) => /^[\w][\w.+-]*$/.test(part));

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
