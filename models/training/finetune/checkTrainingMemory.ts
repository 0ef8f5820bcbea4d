import { ModelError } from '../../architectures/modelError.ts';
import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import { countElements } from '../../catalog/heldInHalf.ts';
import type { Network } from '../../catalog/modelParts.ts';
import { countActivations } from '../../graph/countActivations.ts';
import { freeMemory, type FreeMemory } from '../../runtime/freeMemory.ts';
import { parameters } from '../../weights/parameters.ts';

/**
 * The weight, its gradient in onnxruntime and here, two averages of the optimiser and one of the weight. While a checkpoint is
 * read there are no gradients, but the optimiser's averages twice.
 */
const FLOATS_PER_WEIGHT = 6;
/** Of what a forward pass computes, how much a step holds at once: 0.6 of it was measured. */
const HELD = 2 / 3;
/**
 * The same where it is computed again by blocks: what they hand on, and the largest of them, three of the five layers at full
 * size. 0.4 of it was measured at 512 pixels.
 */
const HELD_BY_BLOCKS = 0.4;
/** What a step works on beside. */
const WORKING_BYTES = 0.5e9;

/** What a step looks at: latents of a size, so many at once, and so many tokens. */
export interface StepSize {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly tokens: number;
  /** See openDenoiserTraining. */
  readonly recompute: boolean;
}

/** Throws ModelError `memory` for a network that cannot be trained by such steps in what is free, with the numbers. */
export function checkTrainingMemory(
  { config, weights }: Network<UNetConfig>,
  { height, width, rows, tokens, recompute }: StepSize,
  { free }: Pick<FreeMemory, 'free'> = freeMemory(),
): void {
  const size = { height, width, config, parameters: parameters(weights) };
  const graph = unet2dCondition({ ...size, attention: 'plain', closed: true });
  const ofWeights = countElements(weights) * FLOATS_PER_WEIGHT * 4 + WORKING_BYTES;
  const held = recompute ? HELD_BY_BLOCKS : HELD;
  const ofStep = countActivations(graph, { B: rows, contextTokens: tokens }) * held * 4;
  const needed = ofWeights + ofStep;
  if (needed <= free) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const remedy =
    ofWeights > free
      ? 'Close other programs, or train a smaller model.'
      : `${gigabytes(ofStep)} are for the crops: take smaller or fewer ones per step.`;
  const message = `To train ${weights.title} takes ${gigabytes(needed)} of memory, and ${gigabytes(free)} are free. ${remedy}`;
  throw new ModelError('memory', message);
}
