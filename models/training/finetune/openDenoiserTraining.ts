import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { Network } from '../../catalog/modelParts.ts';
import { blockEnds } from '../../gradients/blockEnds.ts';
import type { Device } from '../../runtime/device.ts';
import { simplify } from '../../graph/simplify.ts';
import { openSession, type Session } from '../../runtime/openSession.ts';
import { trainableParameters } from '../trainer/trainableParameters.ts';
import type { TrainedModel } from '../trainer/trainedModel.ts';
import { trainingGraph } from '../trainer/trainingGraph.ts';

export interface DenoiserTraining {
  readonly model: TrainedModel;
  /** The weights as they are in the network's file. */
  readonly values: Float32Array[];
  readonly session: Session;
}

export interface DenoiserTrainingOptions {
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly device: Device;
  /** Keeps what each block hands on, and computes what lies between again: less memory, a forward pass more. */
  readonly recompute?: boolean;
}

/**
 * Makes all weights of a UNet ready to be trained on latents of a size, any number of rows. Batches are `latent`, `timesteps`,
 * `context` and `target`, what the network should predict; the one loss, `prediction`, is the mean squared error of that
 * (Ho et al., arXiv 2006.11239, eq. 14).
 */
export async function openDenoiserTraining(
  { config, weights }: Network<UNetConfig>,
  { device, recompute = false, ...size }: DenoiserTrainingOptions,
): Promise<DenoiserTraining> {
  const parameters = trainableParameters(weights, () => true);
  const graph = unet2dCondition({ ...size, config, parameters, attention: 'plain', closed: true });
  const checkpoints = recompute ? blockEnds(graph) : [];
  const prediction = graph.outputs.get('prediction')!;
  const difference = prediction.sub(graph.input('target', prediction.shape));
  const terms = new Map([['prediction', { value: difference.mul(difference).mean(), weight: 1 }]]);
  const modelOf = trainingGraph({ graph, terms, trained: parameters.trained, checkpoints });
  parameters.check();
  await parameters.load(graph);
  const session = await openSession(simplify(graph), { device });
  return { model: modelOf(session), values: await parameters.initialValues(), session };
}
