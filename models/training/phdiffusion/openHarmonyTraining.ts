import type { Device } from '../../runtime/device.ts';
import { openFedSession } from '../../runtime/openFedSession.ts';
import type { Session } from '../../runtime/openSession.ts';
import type { Graph } from '../../graph/graph.ts';
import type { TrainedModel } from '../trainer/trainedModel.ts';
import { trainingGraph } from '../trainer/trainingGraph.ts';
import type { OptimiserChoice } from '../trainer/trainingSettings.ts';
import type { HarmonyNetworks, HarmonyShape } from './harmonyNetworks.ts';
import { harmonyTraining } from './harmonyTraining.ts';

/** What the authors train with: `lr` 2e-4, and AdamW as PyTorch has it. */
export const HARMONY_RATE = 2e-4;
export const HARMONY_OPTIMISER: OptimiserChoice = { kind: 'adamw', weightDecay: 0.01 };

export interface OpenedHarmonyTraining {
  readonly model: TrainedModel;
  /** The adapter's weights as they are in its file. */
  readonly values: Float32Array[];
  /** Says what a batch has to hold (see harmonyBatch). */
  readonly graph: Graph;
  readonly session: Session;
}

/**
 * Makes PHDiffusion's adapter (adaptive encoder and DEF) ready to be trained by `train`; its losses are `ldm`, `style`,
 * `content` and `contrastive` (see harmonyTraining).
 */
export async function openHarmonyTraining(
  networks: HarmonyNetworks,
  shape: HarmonyShape,
  device: Device,
): Promise<OpenedHarmonyTraining> {
  const { graph, terms, trained } = await harmonyTraining(networks, shape);
  const inputs = new Map([...trained].map(([name, { value }]) => [name, value]));
  const modelOf = trainingGraph({ graph, terms, trained: inputs });
  const values = await Promise.all([...trained.values()].map(({ read }) => read()));
  const session = await openFedSession(graph, { device });
  return { model: modelOf(session), values, graph, session };
}
