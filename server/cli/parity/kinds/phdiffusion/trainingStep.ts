import { vggWeights } from '../../../../../models/catalog/vggWeights.ts';
import { gradient } from '../../../../../models/gradients/gradient.ts';
import { Graph } from '../../../../../models/graph/graph.ts';
import type { Value } from '../../../../../models/graph/value.ts';
import { Adam } from '../../../../../models/optimisers/adam.ts';
import { globalNorm } from '../../../../../models/optimisers/globalNorm.ts';
import { openSession } from '../../../../../models/runtime/openSession.ts';
import { addNoise } from '../../../../../models/sampling/addNoise.ts';
import { ddpmTables } from '../../../../../models/sampling/ddpmTables.ts';
import { samplePosterior } from '../../../../../models/sampling/samplePosterior.ts';
import { resizeNearest } from '../../../../../models/tensor/resizeNearest.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import { anchorWindow } from '../../../../../models/training/phdiffusion/contrastiveWindow.ts';
import type {
  HarmonyNetworks,
  HarmonyShape,
} from '../../../../../models/training/phdiffusion/harmonyNetworks.ts';
import {
  harmonyTraining,
  styleTerms,
  type HarmonyTraining,
} from '../../../../../models/training/phdiffusion/harmonyTraining.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import { readFloat32 } from '../../../../../models/weights/readFloat32.ts';
import { renameWeights } from '../../../../../models/weights/renameWeights.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { caseFiles, hasResidual, openHarmonyNetworks } from './harmonisers.ts';
import { harmonyPictures, rowOf, stack, styleFeeds, type HarmonyPictures } from './harmonyInputs.ts';

interface Step extends Omit<KindRun, 'model'> {
  readonly forward: GoldenTensors;
  readonly losses: GoldenTensors | undefined;
  readonly params: GoldenTensors | undefined;
  readonly networks: HarmonyNetworks;
  readonly shape: HarmonyShape;
  readonly pictures: HarmonyPictures;
  readonly diffusion: Awaited<ReturnType<typeof openHarmonyNetworks>>['model'];
}

/**
 * `phdiffusion/training-step`: one step of the authors' train.py: what it looks at, the four losses and what they are made of,
 * the gradients, one step of AdamW, and the losses of the same prediction with other masks.
 */
export const trainingStep: Kind = async (run) => {
  const step = await openStep(run);
  const training = await harmonyTraining(step.networks, step.shape);
  const feeds = { ...(await latentFeeds(step)), ...pictureFeeds(step, training) };
  await compareStep(step, training, feeds);
  await compareOtherMasks(step);
  await compareContainers(step);
};

/** The same VGG in PyTorch's containers. */
async function compareContainers({ golden, report }: Step): Promise<void> {
  const file = (await golden.tensorFiles()).find((each) => each.has('vgg.0.weight'));
  for (const path of file ? await caseFiles(golden) : []) {
    if (!/vgg.*\.pth$/.test(path)) continue;
    const source = await openWeightFile(path);
    for (const name of source.tensors.keys()) {
      const expected = await file!.get(`vgg.${name}`);
      report.values(`${source.title}: ${name}`, await readFloat32(source, name), expected.data, 0);
    }
  }
}

async function openStep(run: KindRun): Promise<Step> {
  const { golden } = run;
  const files = await golden.tensorFiles();
  const having = (name: string) => files.find((file) => file.has(name));
  const forward = having('x_noisy');
  if (!forward) throw new Error('no file holds x_noisy');
  const { model, encoder, fusion } = await openHarmonyNetworks(run);
  const { unet, autoencoder } = model.parts;
  const pictures = await harmonyPictures(golden);
  const [rows = 1, , height = 0, width = 0] = pictures.composite.shape;
  return {
    ...run,
    forward,
    losses: having('style.0.pred_mean'),
    params: files.find(({ names }) => names.some((name) => name.startsWith('after:'))),
    networks: { unet, autoencoder, encoder, fusion, ...(await lossNetworks(golden)) },
    shape: {
      residual: hasResidual(golden),
      rows,
      height,
      width,
      others: pictures.others.shape[0]! / rows,
      contextTokens: forward.shapeOf('context')[1]!,
    },
    pictures,
    diffusion: model,
  };
}

/** VGG and the projection head, from the file that has both; other files of the same VGG are compared with it elsewhere. */
async function lossNetworks(golden: KindRun['golden']): Promise<Pick<HarmonyNetworks, 'vgg' | 'head'>> {
  for (const path of await caseFiles(golden)) {
    if (!path.endsWith('.safetensors')) continue;
    const source = await openWeightFile(path);
    if (!source.tensors.has('proj_style.0.weight')) continue;
    const part = (prefix: string) =>
      renameWeights(source, (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined));
    const vgg = vggWeights(part('vgg.'));
    if (vgg) return { vgg, head: part('proj_style.') };
  }
  throw new Error('no file holds the VGG and the projection head');
}

/** What the latent half of a step looks at, compared with the golden values on the way. */
async function latentFeeds({
  report,
  forward,
  pictures,
  diffusion: model,
}: Step): Promise<Record<string, Tensor>> {
  const get = (name: string) => forward.get(name);
  const compare = async (name: string, found: Tensor) =>
    report.values(name, found.data, (await get(name)).data, nearly(await get(name)));
  const posterior = await model.autoencoder.encode(pictures.composite);
  await compare('posterior_mean', posterior.mean);
  await compare('posterior_logvar', posterior.logvar);
  const stored = { mean: await get('posterior_mean'), logvar: await get('posterior_logvar') };
  const z = samplePosterior(stored, model.autoencoder.scalingFactor, await get('posterior_noise'));
  await compare('z', z);
  const [noise, timesteps] = [await get('noise'), await get('t')];
  const tables = ddpmTables(model.parts.schedule);
  const rows = z.shape[0]!;
  const noised = Array.from({ length: rows }, (_, row) => {
    const alpha = tables.alphas_cumprod[timesteps.data[row]!]!;
    return addNoise({ clean: rowOf(z, row), noise: rowOf(noise, row), alpha });
  });
  await compare('x_noisy', stack(noised));
  const perRow = (table: Float32Array): Tensor =>
    tensor(
      [rows, 1, 1, 1],
      Float32Array.from(timesteps.data, (t) => table[t]!),
    );
  return {
    latent: await get('x_noisy'),
    noise,
    timesteps: tensor([rows], timesteps.data),
    context: await get('context'),
    inverse_signal: perRow(tables.sqrt_recip_alphas_cumprod),
    inverse_noise: perRow(tables.sqrt_recipm1_alphas_cumprod),
  };
}

function pictureFeeds(
  { golden, pictures, networks }: Step,
  { features, style }: HarmonyTraining,
): Record<string, Tensor> {
  const { composite, mask } = pictures;
  const fused = features.length - networks.fusion.config.blockChannels.length;
  const masks = features.slice(fused).map((feature, i) => {
    return [`mask.${fused + i}`, resizeNearest(mask, feature.size(2), feature.size(3))] as const;
  });
  const drawn = (golden.json['contrastive_detail'] ?? []) as readonly {
    readonly random_left: { readonly drawn: number };
    readonly random_bottom: { readonly drawn: number };
  }[];
  const offsets = drawn.map((each) => ({ left: each.random_left.drawn, bottom: each.random_bottom.drawn }));
  const sizes = style.styles.map((_, layer) => sizeOfMask(style, layer));
  return {
    pixels: composite,
    mask,
    ...Object.fromEntries(masks),
    ...styleFeeds(pictures, { sizes, anchors: anchorsOf(mask, sizes[2]!), offsets }),
  };
}

const sizeOfMask = ({ masks }: HarmonyTraining['style'], layer: number): readonly [number, number] => [
  masks[layer]!.size(2),
  masks[layer]!.size(3),
];

function anchorsOf(mask: Tensor, [height, width]: readonly [number, number]) {
  const small = resizeNearest(mask, height, width);
  return Array.from({ length: mask.shape[0]! }, (_, row) => anchorWindow(rowOf(small, row)));
}

async function compareStep(
  step: Step,
  training: HarmonyTraining,
  feeds: Record<string, Tensor>,
): Promise<void> {
  const { report, forward, losses, models } = step;
  const { graph, terms, features, noisePrediction, predictedClean, predictedPixels, style } = training;
  const inner = new Map([
    ['eps', noisePrediction],
    ['pred_x0', predictedClean],
    ...features.map((feature, level) => [`feature_${level}`, feature] as const),
  ]);
  const weights = [...training.trained].map(([name, { value }]) => [name, value] as const);
  const total = [...terms.values()]
    .map(({ value, weight }) => value.mul(graph.scalar(weight)))
    .reduce((sum, each) => sum.add(each));
  const wanted = new Map([...inner, ...weights]);
  const gradients = gradient(total, [...wanted.values()]);
  const shown = new Map([...inner, ['pred_image', predictedPixels] as const, ...innerLosses(style)]);
  for (const [i, name] of [...wanted.keys()].entries()) shown.set(`grad_${name}`, gradients[i]!);
  for (const [name, { value }] of terms) shown.set(`loss ${name}`, value);
  shown.set('loss total', total);
  for (const [name, value] of shown) graph.output(name, value);
  const session = await openSession(graph, { device: models.device });
  const values = await Promise.all([...training.trained.values()].map(({ read }) => read()));
  const fed = weights.map(([name, { shape }], i) => [name, tensor(shape as number[], values[i])]);
  const results = await session.run({ ...feeds, ...Object.fromEntries(fed) }, [...shown.keys()]);
  await session.release();
  for (const [name, found] of results) {
    const file = [forward, losses].find((each) => each?.has(name));
    if (!file) continue;
    const expected = await file.get(name);
    const tolerance = name.startsWith('grad') ? share(expected, step) : nearly(expected);
    report.values(name, found.data, expected.data, tolerance);
  }
  const lossNames = [...terms.keys(), 'total'];
  const found = lossNames.map((name) => [name, results.get(`loss ${name}`)!.data[0]!] as const);
  compareLosses(step, '', Object.fromEntries(found));
  const names = weights.map(([name]) => name);
  const own = names.map((name) => results.get(`grad_${name}`)!.data);
  await compareParameters(step, names, { before: values, gradients: own });
}

/** Values inside the losses, by their golden names. */
function innerLosses({ styles, contents, contrast }: HarmonyTraining['style']): Map<string, Value> {
  const statistics = styles.flatMap(({ prediction, style }, layer): [string, Value][] => [
    [`style.${layer}.pred_mean`, prediction.mean],
    [`style.${layer}.pred_std`, prediction.deviation],
    [`style.${layer}.style_mean`, style.mean],
    [`style.${layer}.style_std`, style.deviation],
  ]);
  return new Map([
    ...statistics,
    ['relu4_1.pred', contents.prediction],
    ['relu4_1.comp', contents.composite],
    ['contra.0.anchor', contrast.anchor.slice(0, 1)],
    ['contra.0.keys', contrast.keys.slice(0, 1)],
    ['contra.0.logits', contrast.logits.slice(0, 1)],
  ]);
}

function compareLosses(
  { golden, report }: Step,
  where: string,
  found: Readonly<Record<string, number>>,
): void {
  const expected =
    where === '' ? golden.object('losses') : otherMasks(golden).find(({ mask }) => mask === where)!;
  const relative = recommended(golden, /^loss/) ?? 1e-4;
  for (const [name, value] of Object.entries(found)) {
    const wanted = (expected as Readonly<Record<string, unknown>>)[name];
    if (typeof wanted !== 'number') continue;
    const label = where === '' ? `loss ${name}` : `loss ${name}, mask ${where}`;
    report.values(label, [value], [wanted], relative * Math.abs(wanted));
  }
}

async function compareParameters(
  step: Step,
  names: readonly string[],
  { before, gradients }: { before: readonly Float32Array[]; gradients: readonly Float32Array[] },
): Promise<void> {
  const { golden, report, params } = step;
  const stats = golden.object('gradient_and_update_stats') as Readonly<Record<string, { grad_l2?: number }>>;
  for (const [i, name] of names.entries()) {
    const norm = stats[name]?.grad_l2;
    if (norm !== undefined)
      report.values(`|grad ${name}|`, [globalNorm([gradients[i]!])], [norm], 2e-3 * norm);
  }
  if (!params) return;
  const after = before.map((values) => values.slice());
  optimiserOf(golden, names, before).step(after, gradients);
  for (const label of params.names) {
    const [, kind, name = ''] = /^(grad|before|after):(.*?)(?:\[0:\d+\])?$/.exec(label) ?? [];
    const i = names.indexOf(name);
    if (i < 0) continue;
    const expected = await params.get(label);
    const found = { grad: gradients, before, after }[kind as 'grad']![i]!.subarray(0, expected.data.length);
    if (kind === 'before') report.values(label, found, expected.data, 0);
    else if (kind === 'grad') report.values(label, found, expected.data, share(expected, step));
    else await compareAfter(step, label, { found, expected });
  }
}

/** The first step of Adam goes by the gradient's sign: where that is next to nothing, it may go either way. */
async function compareAfter(
  { golden, report, params }: Step,
  label: string,
  { found, expected }: { found: Float32Array; expected: Tensor },
): Promise<void> {
  const grad = (await params!.get(label.replace('after:', 'grad:'))).data;
  const least = 1e-4 * largest(grad);
  const sure = (values: Float32Array) => values.filter((_, i) => Math.abs(grad[i]!) > least);
  const unsure = (values: Float32Array) => values.filter((_, i) => !(Math.abs(grad[i]!) > least));
  report.values(label, sure(found), sure(expected.data), 1e-5);
  const rate = settingsOf(golden).lr ?? 2e-4;
  report.values(`${label}, small gradients`, unsure(found), unsure(expected.data), 2 * rate);
}

interface GoldenOptimiser {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weight_decay?: number;
}

const settingsOf = (golden: KindRun['golden']): GoldenOptimiser =>
  ((golden.object('config') as { optimizer?: GoldenOptimiser }).optimizer ?? {}) as GoldenOptimiser;

function optimiserOf(
  golden: KindRun['golden'],
  names: readonly string[],
  values: readonly Float32Array[],
): Adam {
  const {
    lr = 2e-4,
    betas = [0.9, 0.999],
    eps = 1e-8,
    weight_decay: weightDecay = 0.01,
  } = settingsOf(golden);
  const parameters = names.map((name, i) => ({ name, shape: [values[i]!.length] }));
  const [beta1, beta2] = betas;
  return new Adam(parameters, { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay, form: 'adamw' });
}

interface OtherMask {
  readonly mask: string;
  readonly [more: string]: unknown;
}

const otherMasks = (golden: KindRun['golden']): readonly OtherMask[] =>
  (golden.json['losses_on_other_masks_same_images'] ?? []) as readonly OtherMask[];

/** The three losses of the stored prediction with masks of nothing, of everything and of one pixel. */
async function compareOtherMasks(step: Step): Promise<void> {
  const { golden, shape, pictures, networks, forward, models } = step;
  if (otherMasks(golden).length === 0) return;
  const graph = new Graph();
  const size = pictures.composite.shape;
  const [predictedPixels, pixels] = ['predicted', 'pixels'].map((name) => graph.input(name, size));
  const style = await styleTerms(graph, networks, {
    ...shape,
    predictedPixels: predictedPixels!,
    pixels: pixels!,
  });
  for (const [name, { value }] of style.terms) graph.output(`loss ${name}`, value);
  const session = await openSession(graph, { device: models.device });
  const sizes = style.styles.map((_, layer) => sizeOfMask(style, layer));
  for (const other of otherMasks(golden)) {
    const mask = maskNamed(other.mask, pictures.mask);
    const draws = Object.entries(other).find(([name]) => name.startsWith('random_left'))?.[1] as number[][];
    const drawn = (at: number) => draws[at]![2]!;
    const offsets = Array.from({ length: shape.rows }, (_, row) => ({
      left: drawn(2 * row),
      bottom: drawn(2 * row + 1),
    }));
    const feeds = styleFeeds({ ...pictures, mask }, { sizes, anchors: anchorsOf(mask, sizes[2]!), offsets });
    const given = { predicted: await forward.get('pred_image'), pixels: pictures.composite };
    const names = [...style.terms.keys()];
    const results = await session.run(
      { ...given, ...feeds },
      names.map((name) => `loss ${name}`),
    );
    const losses = names.map((name) => [name, results.get(`loss ${name}`)!.data[0]!] as const);
    compareLosses(step, other.mask, Object.fromEntries(losses));
  }
  await session.release();
}

/** `zero`, `one`, or `single (pixel row 64, col 32)`. */
function maskNamed(name: string, { shape, data }: Tensor): Tensor {
  const [, row, column] = /row (\d+), col (\d+)/.exec(name) ?? [];
  const mask = tensor(shape, new Float32Array(data.length).fill(name === 'one' ? 1 : 0));
  if (row !== undefined) {
    const area = shape[2]! * shape[3]!;
    for (let at = Number(row) * shape[3]! + Number(column); at < data.length; at += area) mask.data[at] = 1;
  }
  return mask;
}

function recommended({ json }: KindRun['golden'], pattern: RegExp): number | undefined {
  const { recommended: stated } = (json['tolerance'] ?? {}) as { recommended?: Record<string, unknown> };
  const found = Object.entries(stated ?? {}).find(([name]) => pattern.test(name))?.[1];
  return typeof found === 'number' ? found : undefined;
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
/** What float32 against float32 through deep networks needs. */
const nearly = ({ data }: Tensor): number => 2e-4 * Math.max(1, largest(data));
const share = ({ data }: Tensor, { golden }: Step): number =>
  (recommended(golden, /^grad/) ?? 2e-3) * largest(data);
