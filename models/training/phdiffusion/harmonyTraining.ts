import { adaptiveEncoder } from '../../architectures/adaptiveEncoder.ts';
import { autoencoderDecoder } from '../../architectures/autoencoderKL.ts';
import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import { joinWeights } from '../../weights/joinWeights.ts';
import type { LossTerm } from '../trainer/trainingGraph.ts';
import type { HarmonyNetworks, HarmonyShape } from './harmonyNetworks.ts';
import { inlineNetwork, type InlinedNetwork } from './inlineNetwork.ts';
import { meanSquare } from './styleLosses.ts';
import { styleTerms, type StyleTerms } from './styleTerms.ts';

/** The authors' weight of the noise prediction's error, beside those of styleTerms. */
const WEIGHT = 60;

export interface HarmonyTraining {
  readonly graph: Graph;
  readonly terms: ReadonlyMap<string, LossTerm>;
  /** `ad.NAME` and `interact.NAME`, as PHDiffusion's file has them. */
  readonly trained: InlinedNetwork['trained'];
  readonly features: readonly Value[];
  readonly noisePrediction: Value;
  readonly predictedClean: Value;
  /** `[B, 3, H, W]`, the decoded prediction. */
  readonly predictedPixels: Value;
  readonly style: StyleTerms;
}

/**
 * The training of PHDiffusion's adapter (arXiv 2308.02228, sec. 3.4; the authors' train.py) as a graph. Inputs, with pictures
 * in [-1, 1]: `pixels` (the composite), `mask`, `style` and `others` [B * n, 3, H, W]; `latent` (noised), `noise`,
 * `timesteps`, `context`, and `inverse_signal` and `inverse_noise` [B, 1, 1, 1], which make the clean latent of latent and
 * prediction; `mask.LEVEL` for the fusion blocks; and those of styleTerms. Throws GraphError and WeightsError.
 */
export async function harmonyTraining(
  networks: HarmonyNetworks,
  shape: HarmonyShape,
): Promise<HarmonyTraining> {
  const { autoencoder, encoder } = networks;
  const { rows: B, height, width, residual } = shape;
  const graph = new Graph();
  const picture = { height, width };
  const pixels = graph.input('pixels', [B, 3, height, width]);
  const adapted = await inlineNetwork(graph, {
    scope: 'adapter',
    weights: encoder.weights,
    sizes: { B },
    inputs: { pixels, mask: graph.input('mask', [B, 1, height, width]) },
    trained: (name) => `ad.${name}`,
    build: (parameters) =>
      adaptiveEncoder({ parameters, attention: 'plain', config: encoder.config, residual, ...picture }),
  });
  const features = encoder.config.levelChannels.map((_, level) => adapted.outputs.get(`feature_${level}`)!);
  const denoised = await steeredUNet(graph, { networks, shape, features });
  const noisePrediction = denoised.outputs.get('prediction')!;
  const noise = graph.input('noise', noisePrediction.shape);
  const [inverseSignal, inverseNoise] = ['inverse_signal', 'inverse_noise'].map((name) =>
    graph.input(name, [B, 1, 1, 1]),
  );
  const latent = graph.inputs.get('latent')!;
  const predictedClean = latent.mul(inverseSignal!).sub(noisePrediction.mul(inverseNoise!));
  const decoded = await inlineNetwork(graph, {
    scope: 'first_stage',
    weights: autoencoder.weights,
    sizes: { B },
    inputs: { latent: predictedClean.div(autoencoder.config.scalingFactor) },
    build: (parameters) =>
      autoencoderDecoder({ parameters, attention: 'plain', config: autoencoder.config, ...sizeOf(latent) }),
  });
  const predictedPixels = decoded.outputs.get('pixels')!;
  const style = await styleTerms(graph, networks, { ...shape, predictedPixels, pixels });
  const ldm = { value: meanSquare(noise, noisePrediction), weight: WEIGHT };
  const trained = new Map([...adapted.trained, ...denoised.trained]);
  const terms = new Map<string, LossTerm>([['ldm', ldm], ...style.terms]);
  return { graph, terms, trained, features, noisePrediction, predictedClean, predictedPixels, style };
}

function steeredUNet(
  graph: Graph,
  {
    networks,
    shape,
    features,
  }: { networks: HarmonyNetworks; shape: HarmonyShape; features: readonly Value[] },
): Promise<InlinedNetwork> {
  const { unet, fusion } = networks;
  const prefix = 'interact_blocks.';
  const inputs = Object.fromEntries(
    features.flatMap((feature, level) => [
      [`features.${level}`, feature],
      [`strength.${level}`, graph.constant([1], [1, 1, 1, 1])],
    ]),
  );
  const size = sizeOf(features[0]!);
  return inlineNetwork(graph, {
    scope: 'unet',
    weights: joinWeights(unet.weights, { prefix, added: fusion.weights }),
    sizes: { B: shape.rows, contextTokens: shape.contextTokens },
    inputs,
    trained: (name) => (name.startsWith(prefix) ? `interact.${name.slice(prefix.length)}` : undefined),
    build: (parameters) =>
      unet2dCondition({
        parameters,
        attention: 'plain',
        config: unet.config,
        ...size,
        closed: true,
        steering: { fusionBlocks: fusion.config.blockChannels.length },
      }),
  });
}

const sizeOf = (value: Value) => ({ height: value.size(2), width: value.size(3) });
