import type { Tensor } from '../tensor/tensor.ts';
import { gramMatrix } from './gramMatrix.ts';
import { matchedResponses, type Matches } from './matches.ts';
import type { Plane } from './plane.ts';
import type { Size } from './torch7Resize.ts';

/** Where in a painting a picture takes its style from. */
export interface StyleMatches {
  /** Of the network that matched them. */
  readonly networkKey: string;
  /** `[1, 3, H, W]`, RGB in [0, 1]. */
  readonly painting: Tensor;
  /** Of the picture. */
  readonly size: Size;
  /** By layer: for each place one in the painting, or the region that all places share. */
  readonly layers: ReadonlyMap<string, Matches | Plane>;
}

/** The Gram matrix of what was matched: of the painting's responses, and where the picture is looked at. */
export function matchedGram(theirs: Tensor, matched: Matches | Plane, mask: Plane): Tensor {
  return 'data' in matched
    ? gramMatrix(theirs, matched)
    : gramMatrix(matchedResponses(theirs, matched), mask);
}
