import { ModelError } from '../../architectures/modelError.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import { countElements } from '../../catalog/heldInHalf.ts';
import type { Network } from '../../catalog/modelParts.ts';
import type { Graph } from '../../graph/graph.ts';
import { peakBytes } from '../../graph/peakBytes.ts';
import { simplify } from '../../graph/simplify.ts';
import { freeMemory, type FreeMemory } from '../../runtime/freeMemory.ts';
import { denoiserTrainingGraph, type DenoiserTrainingForm } from './denoiserTrainingGraph.ts';
import { fedDenoiserGraph } from './openFedDenoiser.ts';
import { pictureSide } from './pictureSide.ts';

/**
 * The weights, their gradients of this step and of the one before, two averages of the optimiser and one of the weights. While a
 * checkpoint is read there are no gradients, but the optimiser's averages twice.
 */
const COPIES_OF_WEIGHTS = 6;
/** How much onnxruntime takes for what has to be there at once: 1.1 to 1.4 times was measured, for 32x32 to 128x128 latents. */
const OF_THE_LEAST = 1.4;
/** What a step works on beside. */
const WORKING_BYTES = 0.5e9;

/** What a step looks at: latents of a size, so many at once, and so many tokens. */
export interface StepSize extends DenoiserTrainingForm {
  readonly rows: number;
  readonly tokens: number;
}

/** Throws ModelError `memory` for a network that cannot be trained by such steps in what is free, with the numbers. */
export function checkTrainingMemory(
  network: Network<UNetConfig>,
  { rows, tokens, ...form }: StepSize,
  { free }: Pick<FreeMemory, 'free'> = freeMemory(),
): void {
  const { weights } = network;
  const gradients = countElements(weights) * 4;
  const held = ({ graph }: { readonly graph: Graph }, B: number): number =>
    peakBytes(simplify(graph), { B, contextTokens: tokens });
  const shown = { height: pictureSide(form.height), width: pictureSide(form.width) };
  const ofWeights = gradients * COPIES_OF_WEIGHTS + WORKING_BYTES;
  // What a session took it keeps for its next run: the step's is not there for the pictures.
  const least = held(denoiserTrainingGraph(network, form), rows) - gradients;
  const ofStep = OF_THE_LEAST * (least + held(fedDenoiserGraph(network, shown), 1));
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
