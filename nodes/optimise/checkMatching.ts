import type { Size } from '../../models/painterly/torch7Resize.ts';
import { NodeError } from '../contract/nodeError.ts';
import { layerSize } from './layerSize.ts';

/** Pairs of places that are compared: some ten minutes on two cores, and a gigabyte. */
const MOST_PAIRS = 2e10;

/** Throws NodeError for a layer that has too few places of a painting to match, or too many. */
export function checkMatching(layer: string, picture: Size, painting: Size): void {
  const [own, theirs] = [layerSize(layer, picture), layerSize(layer, painting)];
  const has = `The painting has ${painting.width} x ${painting.height} pixels, of which ${layer} makes ${theirs.width} x ${theirs.height} places`;
  if (Math.min(theirs.width, theirs.height) < 3)
    throw new NodeError('bad-picture', `${has}: smaller than a patch of 3 x 3.`, 'painting');
  if (own.width * own.height * theirs.width * theirs.height <= MOST_PAIRS) return;
  const message = `${has}, too many to compare each with each of the picture’s: that would take hours. Name deeper layers, from relu3_1 on, or make both smaller.`;
  throw new NodeError('bad-parameter', message, 'layers');
}
