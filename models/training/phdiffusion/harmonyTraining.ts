import { adaptiveEncoder } from '../../architectures/adaptiveEncoder.ts';
import { autoencoderDecoder } from '../../architectures/autoencoderKL.ts';
import { unet2dCondition } from '../../architectures/unet2dCondition.ts';
import { vgg19 } from '../../architectures/vgg19.ts';
import { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import { joinWeights } from '../../weights/joinWeights.ts';
import type { LossTerm } from '../trainer/trainingGraph.ts';
import type { HarmonyNetworks, HarmonyShape } from './harmonyNetworks.ts';
import { inlineNetwork, type InlinedNetwork } from './inlineNetwork.ts';
import {
  contrastiveLoss,
  meanSquare,
  statisticsLoss,
  statisticsWithin,
  type Contrast,
  type Statistics,
} from './styleLosses.ts';

/** Of VGG; the third is what the contrastive loss looks at, the last the content. */
export const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'] as const;

/** The authors' weights of the four losses. */
export const HARMONY_LOSSES = { ldm: 60, style: 1, content: 1, contrastive: 5 } as const;

/** Inner values of the losses, by what they are. */
export interface StyleTerms {
  /** The masks' inputs, by layer. */
  readonly masks: readonly Value[];
  readonly styles: readonly { readonly prediction: Statistics; readonly style: Statistics }[];
  readonly contents: { readonly prediction: Value; readonly composite: Value };
  readonly contrast: Contrast;
  readonly terms: ReadonlyMap<'style' | 'content' | 'contrastive', LossTerm>;
}

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
  const ldm = { value: meanSquare(noise, noisePrediction), weight: HARMONY_LOSSES.ldm };
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

/**
 * The three losses that look at the decoded prediction through VGG. Inputs: `style`, `others`, `style_mask.N` [B, 1, h, w] (the
 * mask at the size of each layer), and `anchor_window`, `key_window`, `others_window` (see contrastiveLoss).
 */
export async function styleTerms(
  graph: Graph,
  { vgg, head }: Pick<HarmonyNetworks, 'vgg' | 'head'>,
  shape: HarmonyShape & { readonly predictedPixels: Value; readonly pixels: Value },
): Promise<StyleTerms> {
  const { rows: B, height, width, predictedPixels, pixels, others: n } = shape;
  const look = async (scope: string, picture: Value): Promise<Value[]> => {
    const { outputs } = await inlineNetwork(graph, {
      scope,
      weights: vgg.weights,
      sizes: { B: picture.size(0) },
      inputs: { pixels: picture },
      build: (parameters) =>
        vgg19({ parameters, attention: 'plain', config: vgg.config, height, width, layers: STYLE_LAYERS }),
    });
    return STYLE_LAYERS.map((layer) => outputs.get(layer)!);
  };
  const prediction = await look('vgg.prediction', predictedPixels);
  const style = await look('vgg.style', graph.input('style', [B, 3, height, width]));
  const composite = await look('vgg.composite', pixels);
  const others = await look('vgg.others', graph.input('others', [B * n, 3, height, width]));
  const masks = prediction.map((response, layer) =>
    graph.input(`style_mask.${layer}`, [B, 1, response.size(2), response.size(3)]),
  );
  const styles = prediction.map((response, layer) => ({
    prediction: statisticsWithin(response, masks[layer]!),
    style: statisticsWithin(style[layer]!),
  }));
  const window = (name: string, count: number) =>
    graph.input(name, [count, 1, prediction[2]!.size(2), prediction[2]!.size(3)]);
  const contrast = contrastiveLoss({
    prediction: prediction[2]!,
    style: style[2]!,
    others: others[2]!,
    anchorWindow: window('anchor_window', B),
    keyWindow: window('key_window', B),
    othersWindow: window('others_window', B * n),
    head: await projectionHead(graph, head),
  });
  const apart = styles.map((each) => statisticsLoss(each.prediction, each.style));
  const contents = { prediction: prediction[3]!, composite: composite[3]! };
  return {
    masks,
    styles,
    contents,
    contrast,
    terms: new Map([
      ['style', { value: apart.reduce((sum, each) => sum.add(each)), weight: HARMONY_LOSSES.style }],
      [
        'content',
        { value: meanSquare(contents.prediction, contents.composite), weight: HARMONY_LOSSES.content },
      ],
      ['contrastive', { value: contrast.loss, weight: HARMONY_LOSSES.contrastive }],
    ]),
  };
}

async function projectionHead(graph: Graph, source: HarmonyNetworks['head']) {
  const constant = async (name: string): Promise<Value> => {
    const bytes = await source.read(name);
    const { shape } = source.tensors.get(name)!;
    return graph.initializer(`proj_style.${name}`, { shape, dtype: 'float32' }, { kind: 'memory', bytes });
  };
  const layer = async (index: number) => ({
    weight: await constant(`${index}.weight`),
    bias: await constant(`${index}.bias`),
  });
  return [await layer(0), await layer(2)] as const;
}

const sizeOf = (value: Value) => ({ height: value.size(2), width: value.size(3) });
