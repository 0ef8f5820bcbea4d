import type { OpenedModel } from '../../../../models/catalog/openDiffusionModel.ts';
import type {
  AttentionFeatures,
  AttentionKind,
  Denoiser,
  DenoiserCall,
} from '../../../../models/sampling/denoiser.ts';
import { FeatureStore } from '../../../../models/sampling/featureStore.ts';
import { kvSwapPatch } from '../../../../models/sampling/kvSwapPatch.ts';
import { patchDenoiser } from '../../../../models/sampling/patchDenoiser.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import { tensor } from '../../../../models/tensor/tensor.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { exposableInUNet } from './exposable.ts';
import { weightsOf } from './kind.ts';
import type { Kind, KindRun } from './kind.ts';
import { splitHeads } from './splitHeads.ts';

interface Variant {
  readonly gamma: number;
  readonly T: number;
  /** Output blocks; absent = all that were collected. */
  readonly layers?: readonly number[];
  /** `kv` or `q`; absent = both. */
  readonly keys?: string;
}

interface Scene {
  readonly run: KindRun;
  readonly file: GoldenTensors;
  readonly model: OpenedModel;
  readonly call: Omit<DenoiserCall, 'latent'>;
  /** Features collected from `x_content` and `x_style`. */
  readonly content: Trajectory;
  readonly style: Trajectory;
}

/**
 * `styleid/attn-hooks`: features collected from two forwards, then forwards with them injected through the KV swap
 * patch: `eps.VARIANT`, and inner values of a variant (`default.q_used.6`).
 */
export const attentionHooks: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles()) {
    if (!file.has('x_content') || !file.has('x_style')) continue;
    const weights = weightsOf(run.golden, file.file);
    const context = await file.maybe('context');
    const call = { timesteps: [...(await file.get('t')).data], ...(context ? { context } : {}) };
    const scene = { run, file, model: await run.model(weights), call };
    const content = await collect(scene, 'content');
    const style = await collect(scene, 'style');
    const variants = new Set(file.names.flatMap((name) => /^eps\.(.+)$/.exec(name)?.[1] ?? []));
    for (const name of variants) await injectVariant({ ...scene, content, style }, name);
  }
};

/** `output_block_6` -> `output.6`. */
const featureName = /^(content|style)\.(?:(input|output)_block_(\d+)|middle_block)_self_attn_([qkv])$/;

async function collect(
  scene: Omit<Scene, 'content' | 'style'>,
  side: 'content' | 'style',
): Promise<Trajectory> {
  const { run, file, model, call } = scene;
  const kinds: readonly AttentionKind[] = ['q', 'k', 'v'];
  const layers = new Set<string>();
  for (const name of file.names) {
    const [, , block, number] = featureName.exec(name) ?? [];
    if (featureName.test(name)) layers.add(block ? `${block}.${number}` : 'middle');
  }
  const capture = new Map([...layers].map((layer) => [layer, kinds]));
  const { captured } = await model.denoiser.evaluate({
    ...call,
    latent: await file.get(`x_${side}`),
    capture,
  });
  await compareFeatures(scene, side, captured ?? new Map());
  const timestep = call.timesteps[0]!;
  const features = new FeatureStore({
    layers: [...layers],
    kinds,
    timesteps: [timestep],
    precision: 'float32',
    budget: Infinity,
    folder: await run.models.scratch(),
  });
  for (const [layer, kept] of captured ?? []) await features.put(timestep, layer, kept);
  return { key: side, steps: [], latents: [], features };
}

async function compareFeatures(
  { run, file, model }: Pick<Scene, 'run' | 'file' | 'model'>,
  side: string,
  captured: ReadonlyMap<string, AttentionFeatures>,
): Promise<void> {
  for (const name of file.names) {
    const [, owner, block, number, kind] = featureName.exec(name) ?? [];
    if (owner !== side) continue;
    const layer = block ? `${block}.${number}` : 'middle';
    const found = captured.get(layer)?.[kind as AttentionKind];
    const heads = model.denoiser.attentionLayers.find(({ id }) => id === layer)?.heads;
    if (!found || !heads) continue;
    const tolerance = run.golden.tolerance.for(name);
    run.report.tensor(`${file.file}: ${name}`, splitHeads(found, heads), await file.get(name), tolerance);
  }
}

async function injectVariant(scene: Scene, name: string): Promise<void> {
  const { run, file, call } = scene;
  const expected = await file.get(`eps.${name}`);
  const rows = expected.shape[0] ?? 1;
  const latent = await latentOf(file, rows);
  const timesteps = Array<number>(rows).fill(call.timesteps[0]!);
  const inner = await exposedPaths(scene, name);
  const { exposed, denoiser } = await exposingDenoiser(scene, [...inner.values()]);
  const patched = name === 'plain' ? denoiser : patchDenoiser(denoiser, name, swapOf(scene, name));
  const { prediction } = await patched.evaluate({ ...call, latent, timesteps });
  const tolerance = (tensorName: string) => run.golden.tolerance.for(tensorName);
  run.report.tensor(`${file.file}: eps.${name}`, prediction, expected, tolerance(`eps.${name}`));
  for (const [golden, path] of inner) {
    const wanted = await file.get(golden);
    const found = asGolden(scene, { golden, value: exposed.get(path)! });
    run.report.tensor(`${file.file}: ${golden}`, found, wanted, tolerance(golden));
  }
}

/** A variant that case.json does not describe (such as `batch2`) is the default one on other inputs. */
function swapOf({ run, file, content, style }: Scene, name: string) {
  const own = run.golden.about(file.file) as { variants?: unknown } | undefined;
  const variants = (own?.variants ?? run.golden.object('variants')) as Readonly<
    Record<string, Variant | undefined>
  >;
  const variant = variants[name] ?? variants['default'] ?? { gamma: 0.75, T: 1.5 };
  const collected = (kind: string) =>
    new Set(
      file.names.flatMap((tensorName) => {
        const [, , block, number, found] = featureName.exec(tensorName) ?? [];
        return found === kind ? [block ? `${block}.${number}` : 'middle'] : [];
      }),
    );
  const wanted = variant.layers?.map((layer) => `output.${layer}`);
  const { keys = 'qkv' } = variant;
  const layers = wanted ?? [...collected(keys.includes('q') ? 'q' : 'k')];
  return kvSwapPatch({
    ...(keys.includes('q') ? { content } : {}),
    ...(keys.includes('k') || keys.includes('v') ? { style } : {}),
    layers,
    gamma: variant.gamma,
    tau: variant.T,
  });
}

/** A batch is `x` and then the inputs that the features were collected from. */
async function latentOf(file: GoldenTensors, rows: number): Promise<Tensor> {
  const x = await file.get('x');
  if (rows === x.shape[0]) return x;
  const others = await Promise.all(['x_style', 'x_content'].map((name) => file.get(name)));
  const parts = [x, ...others, ...Array<Tensor>(rows).fill(x)].slice(0, rows);
  const batch = tensor([rows, ...x.shape.slice(1)]);
  for (const [row, part] of parts.entries()) batch.data.set(part.data, row * x.data.length);
  return batch;
}

/** Golden names of inner values of a variant, and the names that the UNet knows them by. */
async function exposedPaths({ file, model }: Scene, variant: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of file.names) {
    if (!name.startsWith(`${variant}.`)) continue;
    const path = name
      .slice(variant.length + 1)
      .replace(/^attn1_out\.(\d+)$/, 'output_blocks.$1.1.attn1')
      .replace(/^(q_used|attn_probs)\.(\d+)$/, 'output_blocks.$2.1.attn1.$1');
    found.set(name, path);
  }
  const known = new Set(exposableInUNet(model, [...found.values()]));
  return new Map([...found].filter(([, path]) => known.has(path)));
}

async function exposingDenoiser(
  { run, file }: Scene,
  paths: readonly string[],
): Promise<{ denoiser: Denoiser; exposed: Map<string, Tensor> }> {
  const { denoiser } = await run.model(weightsOf(run.golden, file.file), { unet: paths });
  const exposed = new Map<string, Tensor>();
  const evaluate: Denoiser['evaluate'] = async (call) => {
    const result = await denoiser.evaluateExposing(call);
    for (const [path, value] of result.exposed) exposed.set(path, value);
    return result;
  };
  return { denoiser: { ...denoiser, evaluate }, exposed };
}

/** Queries and probabilities have a head axis of their own here and are folded into the rows there. */
function asGolden({ model }: Scene, { golden, value }: { golden: string; value: Tensor }): Tensor {
  const [, what, number] = /\.(q_used|attn_probs)\.(\d+)$/.exec(golden) ?? [];
  if (!what) return value;
  if (what === 'attn_probs') {
    const [rows = 1, heads = 1, ...rest] = value.shape;
    return { shape: [rows * heads, ...rest], data: value.data };
  }
  const heads = model.denoiser.attentionLayers.find(({ id }) => id === `output.${number}`)?.heads ?? 1;
  return splitHeads(value, heads);
}
