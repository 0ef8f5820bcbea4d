import { autoencoderDecoder, autoencoderEncoder } from '../architectures/autoencoderKL.ts';
import { clipTextEncoder } from '../architectures/clipTextEncoder.ts';
import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import type { Graph } from '../graph/graph.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import { parameters } from '../weights/parameters.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { checkUNetConfig } from './checkUNetConfig.ts';
import type { ModelParts } from './modelParts.ts';

/**
 * Makes sure that every network can be built from its weights, by building each for a small picture without reading
 * any. Throws ModelError for a configuration that contradicts the weights, WeightsError for tensors that are missing or
 * of another shape.
 */
export function checkParts({ unet, autoencoder, text }: ModelParts): void {
  checkUNetConfig(unet);
  const small = { height: 8, width: 8 };
  check(unet.weights, (how) => unet2dCondition({ ...how, ...small, config: unet.config }));
  const downscale = 2 ** (autoencoder.config.blockOutChannels.length - 1);
  const picture = { height: 8 * downscale, width: 8 * downscale };
  check(autoencoder.weights, (how) => autoencoderEncoder({ ...how, ...picture, config: autoencoder.config }));
  check(autoencoder.weights, (how) => autoencoderDecoder({ ...how, ...small, config: autoencoder.config }));
  if (text) check(text.weights, (how) => clipTextEncoder({ ...how, config: text.config }));
}

function check(weights: WeightSource, build: (how: LayerOptions) => Graph): void {
  const bound = parameters(weights);
  build({ parameters: bound, attention: 'plain' });
  bound.check();
}
