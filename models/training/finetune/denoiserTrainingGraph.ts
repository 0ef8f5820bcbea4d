import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { Network } from '../../catalog/modelParts.ts';
import { blockEnds } from '../../gradients/blockEnds.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Session } from '../../runtime/openSession.ts';
import { trainableParameters, type TrainableParameters } from '../trainer/trainableParameters.ts';
import type { TrainedModel } from '../trainer/trainedModel.ts';
import { trainingGraph } from '../trainer/trainingGraph.ts';

export interface DenoiserTrainingForm {
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  /** Keeps what each block hands on, and computes what lies between again: less memory, a forward pass more. */
  readonly recompute?: boolean;
}

/**
 * A UNet all weights of which are fed, its loss and their gradients, for latents of a size and any number of rows. Batches are
 * `latent`, `timesteps`, `context` and `target`, what the network should predict; the one loss, `prediction error`, is the mean
 * squared error of that (Ho et al., arXiv 2006.11239, eq. 14).
 */
export function denoiserTrainingGraph(
  { config, weights }: Network<UNetConfig>,
  { recompute = false, ...size }: DenoiserTrainingForm,
): { graph: Graph; parameters: TrainableParameters; modelOf: (session: Session) => TrainedModel } {
  const parameters = trainableParameters(weights, () => true);
  const graph = unet2dCondition({ ...size, config, parameters, attention: 'plain', closed: true });
  const checkpoints = recompute ? blockEnds(graph) : [];
  const prediction = graph.outputs.get('prediction')!;
  const difference = prediction.sub(graph.input('target', prediction.shape));
  const terms = new Map([['prediction error', { value: difference.mul(difference).mean(), weight: 1 }]]);
  const modelOf = trainingGraph({ graph, terms, trained: parameters.trained, checkpoints });
  return { graph, parameters, modelOf };
}
