import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { Network } from '../../catalog/modelParts.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Device } from '../../runtime/device.ts';
import { openFedSession } from '../../runtime/openFedSession.ts';
import type { Feed } from '../../runtime/openSession.ts';
import type { Denoiser } from '../../sampling/denoiser.ts';
import { cycleRows } from '../../tensor/cycleRows.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { trainableParameters, type TrainableParameters } from '../trainer/trainableParameters.ts';

export interface FedDenoiser {
  /** `base` with other weights, by name: for plain sampling. They are read at each evaluation. */
  with(weights: ReadonlyMap<string, Float32Array>): Denoiser;
  release(): Promise<void>;
}

/** A UNet whose weights are fed, for latents of a size. */
export function fedDenoiserGraph(
  { config, weights }: Network<UNetConfig>,
  size: { readonly height: number; readonly width: number },
): { readonly graph: Graph; readonly parameters: TrainableParameters } {
  const parameters = trainableParameters(weights, () => true);
  const graph = unet2dCondition({ ...size, config, parameters, attention: 'plain', closed: true });
  return { graph, parameters };
}

/** Opens one, so that what is being trained can be sampled from between two steps. */
export async function openFedDenoiser(
  network: Network<UNetConfig>,
  options: {
    readonly height: number;
    readonly width: number;
    readonly device: Device;
    readonly base: Denoiser;
    /** `[1, tokens, dim]` */
    readonly context: Tensor;
  },
): Promise<FedDenoiser> {
  const { height, width, device, base, context } = options;
  const { graph, parameters } = fedDenoiserGraph(network, { height, width });
  await parameters.load(graph);
  const session = await openFedSession(graph, { device });
  const evaluate = async (
    weights: ReadonlyMap<string, Float32Array>,
    call: Parameters<Denoiser['evaluate']>[0],
  ) => {
    const rows = call.timesteps.length;
    const feeds: Record<string, Feed> = {
      latent: call.latent,
      timesteps: { shape: [rows], data: Float32Array.from(call.timesteps) },
      context: cycleRows(context, rows),
    };
    for (const [name, { shape }] of parameters.trained) {
      feeds[name] = { shape: shape as readonly number[], data: weights.get(name)! };
    }
    const results = await session.run(feeds, ['prediction']);
    return { prediction: results.get('prediction')! };
  };
  return {
    with: (weights) => ({ ...base, evaluate: (call) => evaluate(weights, call) }),
    release: () => session.release(),
  };
}
