import { basename, join } from 'node:path';
import { ModelError } from '../architectures/modelError.ts';
import { readJson } from './readJson.ts';

/** What diffusers calls Paint by Example's image encoder. */
export const EXEMPLAR_ENCODER = 'PaintByExampleImageEncoder';

/**
 * Where a whole diffusers folder has Paint by Example's image encoder: other pipelines have image encoders too, which nothing
 * here needs. Its own configuration says so, or model_index.json. Throws ModelError `layout` when only the latter does
 * and the part is not there, as in a download that was broken off: the rest would pass for another inpainting model.
 */
export async function exemplarFolder(folder: string): Promise<string | undefined> {
  const part = join(folder, 'image_encoder');
  const config = await readJson(join(part, 'config.json'), 'image_encoder/config.json');
  if (classesOf(config).includes(EXEMPLAR_ENCODER)) return part;
  const index = await readJson(join(folder, 'model_index.json'), 'model_index.json');
  const { image_encoder: listed } = Object(index) as { readonly image_encoder?: unknown };
  if (!Array.isArray(listed) || listed[1] !== EXEMPLAR_ENCODER) return undefined;
  if (config !== undefined) return part;
  const message = `${basename(folder)} is Paint by Example by its model_index.json, but image_encoder/config.json is missing; is it complete?`;
  throw new ModelError('layout', message);
}

/** The `architectures` that transformers writes into a configuration. */
export function classesOf(config: unknown): string[] {
  const { architectures } = Object(config) as { readonly architectures?: unknown };
  return Array.isArray(architectures) ? architectures.map(String) : [];
}
