import { createHash } from 'node:crypto';
import { decodePicture, type DecodedPicture } from '../../models/image/decodePicture.ts';
import { PictureError } from '../../models/image/pictureError.ts';
import { NodeError } from '../contract/nodeError.ts';
import type { NodeServices } from '../contract/services.ts';

/** 8192 x 8192: what a person may mean; beyond it decoding would only fill the memory. */
const MOST_PIXELS = 8192 * 8192;

/** The picture that the parameter `image` names. Throws NodeError `missing-file` or `bad-picture`. */
export async function openPicture(reference: string, services: NodeServices): Promise<DecodedPicture> {
  const bytes = await services.readFile(chosen(reference));
  return decodePicture(bytes, { maxPixels: MOST_PIXELS }).catch((error: unknown) => {
    if (!(error instanceof PictureError)) throw error;
    throw new NodeError('bad-picture', error.message, 'image');
  });
}

/** The content of that file, for the cache. */
export async function pictureHash(reference: string, services: NodeServices): Promise<string> {
  return createHash('sha256')
    .update(await services.readFile(chosen(reference)))
    .digest('hex');
}

function chosen(reference: string): string {
  if (reference !== '') return reference;
  throw new NodeError(
    'missing-file',
    'No picture is chosen: drop one on the node or pick a sample.',
    'image',
  );
}
