import { vgg19 } from '../../architectures/vgg19.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import { readFloat32 } from '../../weights/readFloat32.ts';
import type { LossTerm } from '../trainer/trainingGraph.ts';
import type { HarmonyNetworks, HarmonyShape } from './harmonyNetworks.ts';
import { inlineNetwork } from './inlineNetwork.ts';
import {
  contrastiveLoss,
  meanSquare,
  statisticsLoss,
  statisticsWithin,
  type Contrast,
  type ContrastiveOperands,
  type Statistics,
} from './styleLosses.ts';

/** Of VGG; the third is what the contrastive loss looks at, the last the content. */
const LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'] as const;
const [CONTRASTIVE_LAYER, CONTENT_LAYER] = [2, 3];

/** The authors' weights. */
const WEIGHTS = { style: 1, content: 1, contrastive: 5 } as const;

/** Inner values of the losses, by what they are. */
export interface StyleTerms {
  /** The masks' inputs, by layer. */
  readonly masks: readonly Value[];
  readonly styles: readonly { readonly prediction: Statistics; readonly style: Statistics }[];
  readonly contents: { readonly prediction: Value; readonly composite: Value };
  readonly contrast: Contrast;
  readonly terms: ReadonlyMap<keyof typeof WEIGHTS, LossTerm>;
}

/** The decoded prediction and the composite, `[B, 3, H, W]`. */
interface StyleShape extends HarmonyShape {
  readonly predictedPixels: Value;
  readonly pixels: Value;
}

/**
 * The three losses that look at the decoded prediction through VGG. Inputs: `style`, `others`, `style_mask.N` [B, 1, h, w] (the
 * mask at the size of each layer), and `anchor_window`, `key_window`, `others_window` (see contrastiveLoss).
 */
export async function styleTerms(
  graph: Graph,
  { vgg, head }: Pick<HarmonyNetworks, 'vgg' | 'head'>,
  shape: StyleShape,
): Promise<StyleTerms> {
  const { prediction, style, composite, others } = await responses(graph, vgg, shape);
  const masks = prediction.map((response, layer) => planeOf(graph, `style_mask.${layer}`, response));
  const styles = prediction.map((response, layer) => ({
    prediction: statisticsWithin(response, masks[layer]!),
    style: statisticsWithin(style[layer]!),
  }));
  const contents = { prediction: prediction[CONTENT_LAYER]!, composite: composite[CONTENT_LAYER]! };
  const seen = { prediction: prediction[CONTRASTIVE_LAYER]!, others: others[CONTRASTIVE_LAYER]! };
  const contrast = contrastiveLoss({
    ...seen,
    style: style[CONTRASTIVE_LAYER]!,
    anchorWindow: planeOf(graph, 'anchor_window', seen.prediction),
    keyWindow: planeOf(graph, 'key_window', seen.prediction),
    othersWindow: planeOf(graph, 'others_window', seen.others),
    head: await projectionHead(graph, head),
  });
  const losses = {
    style: styles.map((each) => statisticsLoss(each.prediction, each.style)).reduce((a, b) => a.add(b)),
    content: meanSquare(contents.prediction, contents.composite),
    contrastive: contrast.loss,
  };
  const names = ['style', 'content', 'contrastive'] as const;
  const terms = new Map(names.map((name) => [name, { value: losses[name], weight: WEIGHTS[name] }]));
  return { masks, styles, contents, contrast, terms };
}

/** What VGG makes of the four kinds of pictures, by layer. */
async function responses(graph: Graph, vgg: HarmonyNetworks['vgg'], shape: StyleShape) {
  const { rows: B, height, width, others: n, predictedPixels, pixels } = shape;
  const { config, weights } = vgg;
  const look = async (scope: string, picture: Value): Promise<readonly Value[]> => {
    const { outputs } = await inlineNetwork(graph, {
      scope: `vgg.${scope}`,
      weights,
      sizes: { B: picture.size(0) },
      inputs: { pixels: picture },
      build: (parameters) => vgg19({ parameters, attention: 'plain', config, height, width, layers: LAYERS }),
    });
    return LAYERS.map((layer) => outputs.get(layer)!);
  };
  return {
    prediction: await look('prediction', predictedPixels),
    style: await look('style', graph.input('style', [B, 3, height, width])),
    composite: await look('composite', pixels),
    others: await look('others', graph.input('others', [B * n, 3, height, width])),
  };
}

/** An input of one channel, as large as responses `[B, C, h, w]`. */
function planeOf(graph: Graph, name: string, { shape }: Value): Value {
  return graph.input(name, shape.with(1, 1));
}

async function projectionHead(
  graph: Graph,
  source: HarmonyNetworks['head'],
): Promise<ContrastiveOperands['head']> {
  const constant = async (name: string): Promise<Value> =>
    graph.constant(await readFloat32(source, name), source.tensors.get(name)!.shape);
  const layer = async (index: number) => ({
    weight: await constant(`${index}.weight`),
    bias: await constant(`${index}.bias`),
  });
  return [await layer(0), await layer(2)];
}
