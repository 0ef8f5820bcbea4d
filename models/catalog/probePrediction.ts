import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import { unetAttentionLayers } from '../architectures/unetAttentionLayers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { attentionFeeds } from './attentionFeeds.ts';
import type { Network, PredictionType } from './modelParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

const SIDE = 8;

/**
 * What a UNet predicts, found by asking it: at the last timestep an input of 0.5 everywhere is all noise to it, so a
 * network that predicts the noise answers about the same, and one that predicts v (arXiv 2202.00512) something far below.
 * The inputs and the limit of -1 are those of AUTOMATIC1111's web UI (modules/sd_models_config.py), which meets the same
 * files. A UNet that takes more than the latent comes with noise prediction only.
 */
export async function probePrediction(
  { config, weights }: Network<UNetConfig>,
  { hash, place }: { readonly hash: string; readonly place: RunPlace },
): Promise<PredictionType> {
  if (config.inChannels !== config.outChannels) return 'epsilon';
  const latent = halves([1, config.inChannels, SIDE, SIDE]);
  const timesteps = [999];
  const network = {
    name: 'unet-probe',
    hash,
    weights,
    build: (how: Parameters<Parameters<typeof withNetwork>[1]['build']>[0]) =>
      unet2dCondition({ ...how, config, height: SIDE, width: SIDE }),
  };
  const results = await withNetwork(place, network, (session) =>
    session.run(
      {
        latent,
        timesteps: { shape: [1], data: Float32Array.from(timesteps) },
        context: halves([1, 2, config.crossAttentionDim]),
        ...attentionFeeds({ latent, timesteps }, unetAttentionLayers(config)),
      },
      ['prediction'],
    ),
  );
  await place.pool.release(`${hash}/unet-probe`);
  const { data } = results.get('prediction')!;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length - 0.5;
  return mean < -1 ? 'v_prediction' : 'epsilon';
}

function halves(shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5) };
}
