import type { Value } from '../graph/value.ts';
import { cropMask } from '../image/cropMask.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Plane } from './plane.ts';
import type { Region } from './region.ts';

/** The layer that is the picture itself, as the network takes it. */
export const PIXELS = 'pixels';

/** One thing that a picture is drawn to: a loss of what one layer of VGG answers. */
export interface LossTerm {
  /** For messages and curves: `style relu3_1`. */
  readonly name: string;
  /** A layer of VGG, or PIXELS. */
  readonly layer: string;
  readonly weight: number;
  /** What gradients are multiplied by where this term sits in the network, see ObjectiveRule. */
  readonly mask?: Plane;
  /** Its loss looks at masked responses already: its own gradient is not masked once more. */
  readonly masksItself?: boolean;
  /** Does not count in what is reported: only its gradient is used. */
  readonly unreported?: boolean;
  /** Compares with what the layer answers to the picture that the optimisation starts from. */
  readonly comparesWithStart?: boolean;
  /**
   * Outside of these places nothing has an influence on the loss or its gradient: where the mask is not 0, or where the
   * response has changed since the start. All of the layer unless given.
   */
  readonly looksAt?: Plane | 'changes';
  /** The loss, one element, without its weight. Throws GraphError for sizes that differ. */
  build(seen: SeenResponse): BuiltTerm;
}

/** What a loss looks at. */
export interface SeenResponse {
  /** `[1, C, h, w]` */
  readonly response: Value;
  /** Where in the layer that lies: what the term looks at is in there. */
  readonly region: Region;
  /** The response at the start, for a term that compares with it. */
  readonly start?: Value;
}

export interface BuiltTerm {
  readonly loss: Value;
  /** Something else of which the gradient is taken, where the published rule is not the loss's own. */
  readonly drawnBy?: Value;
}

/** A constant of any size in the graph that a value belongs to. */
export function constantOf(beside: Value, { shape, data }: Tensor): Value {
  return beside.graph.constant(data, shape);
}

/** The part of a layer's mask that a region covers, to multiply `[1, C, h, w]` by. */
export function maskOf(beside: Value, mask: Plane, region: Region): Value {
  const { width, height, data } = cropMask(mask, region.box);
  return constantOf(beside, { shape: [1, 1, height, width], data });
}
