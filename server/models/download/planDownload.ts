import { posix } from 'node:path';
import { isWeightFile, weightFileEndings } from '../../../models/weights/isWeightFile.ts';
import type { DownloadRequest } from '../../protocol/models.ts';
import { type CatalogueModel, readCatalogue } from '../modelCatalogue.ts';
import { nameProblem } from '../modelName.ts';
import { ModelRefusal } from '../modelRefusal.ts';
import { isByHand, repositorySchema } from '../publishedModels.ts';
import { hubFileUrl, hubPage } from './modelHub.ts';
import type { PartState } from './partState.ts';

/** Names that say nothing outside of their repository. */
const NAMELESS = /^(diffusion_pytorch_model|pytorch_model|model|unet|vae|checkpoint)(\.fp16)?\.\w+$/;

export interface PlanPlace {
  readonly hub: URL;
  /** The person's own catalogue. */
  readonly catalogue: string;
}

/** What is to be received, and what it will be called; nothing is asked of the network yet. Throws ModelRefusal. */
export async function planDownload(request: DownloadRequest, place: PlanPlace): Promise<PartState> {
  const plan =
    'entry' in request ? await planEntry(request.entry, place) : planRepository(request, place.hub);
  const wrong = nameProblem(plan.name);
  if (wrong !== undefined) throw new ModelRefusal('bad-request', `It cannot be kept: ${wrong}.`);
  return plan;
}

async function planEntry(id: string, { hub, catalogue }: PlanPlace): Promise<PartState> {
  const { entries } = await readCatalogue(catalogue);
  const entry = entries.find((known) => known.id === id);
  if (!entry)
    throw new ModelRefusal(
      'not-found',
      `The catalogue has no "${id.slice(0, 100)}"; "models list --catalogue" tells its names.`,
    );
  const { title, name, layout, repository, url, revision = 'main', homepage } = entry;
  if (isByHand(entry))
    throw new ModelRefusal(
      'conflict',
      `Impasto cannot download ${title} by itself: download it by hand from ${homepage}, then add it.`,
    );
  const place = repository === undefined ? undefined : { hub, repository, revision };
  return {
    title,
    name,
    layout,
    request: { entry: id },
    source: repository ?? new URL(url!).host,
    entry: id,
    page: homepage,
    ...(place && { revision }),
    files: layout === 'folder' ? [] : filesOf(entry, (path) => (place ? hubFileUrl(place, path) : url!)),
  };
}

function filesOf({ files }: CatalogueModel, urlOf: (path: string) => string): PartState['files'] {
  return files.map(({ path, bytes, sha256 }) => ({
    path: posix.basename(path),
    url: urlOf(path),
    ...(bytes !== undefined && { bytes }),
    ...(sha256 !== undefined && { sha256 }),
  }));
}

function planRepository(request: Exclude<DownloadRequest, { entry: string }>, hub: URL): PartState {
  const { repository, file, revision = 'main' } = request;
  const short = repository.slice(0, 100);
  if (!repositorySchema.safeParse(repository).success)
    throw new ModelRefusal('bad-request', `"${short}" is no repository: it must look like owner/name.`);
  if (!/^[\w][\w./-]*$/.test(revision) || revision.includes('..'))
    throw new ModelRefusal(
      'bad-request',
      `"${revision.slice(0, 100)}" is no revision: a branch, tag or commit is one.`,
    );
  const own = posix.basename(repository);
  const place = { hub, repository, revision };
  const common = { request, source: repository, revision, page: hubPage(place) };
  if (file === undefined) return { ...common, title: repository, name: own, layout: 'folder', files: [] };
  if (!file.split('/').every((part) => /^[\w][\w.+ @-]*$/.test(part)) || !isWeightFile(file))
    throw new ModelRefusal(
      'bad-request',
      `"${file.slice(0, 100)}" is no weight file of a repository: expected the path of a ${weightFileEndings} file.`,
    );
  const { base, dir, ext } = posix.parse(file);
  const name = NAMELESS.test(base) ? [own, ...(dir === '' ? [] : dir.split('/'))].join('-') + ext : base;
  return {
    ...common,
    title: `${file} of ${repository}`,
    name,
    layout: 'file',
    files: [{ path: name, url: hubFileUrl(place, file) }],
  };
}
