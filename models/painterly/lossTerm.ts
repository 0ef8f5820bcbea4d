import type { Value } from '../graph/value.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Plane } from './plane.ts';

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
   * The loss of a response `[1, C, h, w]`, one element, without its weight. `start` is the response at the start, for a term
   * that compares with it. Throws GraphError for sizes that differ.
   */
  build(response: Value, start?: Value): BuiltTerm;
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

/** A mask to multiply `[1, C, h, w]` by. */
export function maskOf(beside: Value, { width, height, data }: Plane): Value {
  return constantOf(beside, { shape: [1, 1, height, width], data });
}
