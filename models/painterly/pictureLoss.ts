import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { LossTerm } from './lossTerm.ts';
import { maskPyramid } from './masks.ts';
import { everywhere, type Plane } from './plane.ts';
import { torch7Nearest, type Size } from './torch7Resize.ts';

/** What a picture is to be drawn to, before it is known which picture, how large, and seen by which network. */
export interface PictureLoss {
  /** Throws ModelError for layers that the network does not have. */
  terms(vgg: VggNetwork, size: Size): Promise<readonly LossTerm[]>;
}

/** Several of them, in order. */
export function allLosses(losses: readonly (PictureLoss | undefined)[]): PictureLoss {
  const there = losses.filter((loss) => loss !== undefined);
  return {
    terms: async (vgg, size) => {
      const found: LossTerm[] = [];
      for (const loss of there) found.push(...(await loss.terms(vgg, size)));
      return found;
    },
  };
}

/** A mask, or all of a picture, at the sizes of VGG's layers: followed down the network, or 1 everywhere. */
export function masksOf(mask: Plane | undefined, size: Size): (layer: string, at: Size) => Plane {
  if (!mask) return (_, at) => everywhere(at);
  const fitted = mask.width === size.width && mask.height === size.height ? mask : torch7Nearest(mask, size);
  const levels = maskPyramid(fitted);
  return (layer) => levels.get(layer)!;
}
