import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import type { Denoiser, DenoiserPatch } from '../../../../models/sampling/denoiser.ts';
import { kvSwapPatch } from '../../../../models/sampling/kvSwapPatch.ts';
import { patchDenoiser } from '../../../../models/sampling/patchDenoiser.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import { tensor } from '../../../../models/tensor/tensor.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { exposableInUNet } from './exposable.ts';
import { weightsOf } from './kind.ts';
import type { KindRun } from './kind.ts';
import { readFeatureName } from './readFeatureName.ts';
import { splitHeads } from './splitHeads.ts';
import { timestepsFor } from './timestepsFor.ts';

export interface HookScene {
  readonly run: KindRun;
  readonly file: GoldenTensors;
  readonly model: OpenedDiffusionModel;
  /** The timestep of all forwards. */
  readonly t: Tensor;
  readonly context?: Tensor;
  /** Features collected from `x_content` and `x_style`. */
  readonly content: Trajectory;
  readonly style: Trajectory;
}

interface Variant {
  readonly gamma: number;
  readonly T: number;
  /** Output blocks; absent = all that were collected. */
  readonly layers?: readonly number[];
  /** `kv` or `q`; absent = both. */
  readonly keys?: string;
}

/** One forward with a variant's injections (`plain`: without any), compared with `eps.NAME` and `NAME.*`. */
export async function injectVariant(scene: HookScene, name: string): Promise<void> {
  const { run, file, t, context } = scene;
  const expected = await file.get(`eps.${name}`);
  const latent = await latentOf(file, expected.shape[0] ?? 1);
  const inner = await exposedPaths(scene, name);
  const { exposed, denoiser } = await exposingDenoiser(scene, [...inner.values()]);
  const patched = name === 'plain' ? denoiser : patchDenoiser(denoiser, name, swapOf(scene, name));
  const { prediction } = await patched.evaluate({
    latent,
    timesteps: timestepsFor(latent, t),
    ...(context ? { context } : {}),
  });
  const { tolerance } = run.golden;
  run.report.tensor(`${file.file}: eps.${name}`, prediction, expected, tolerance.for(`eps.${name}`));
  for (const [golden, path] of inner) {
    const found = asGolden(scene, { golden, value: exposed.get(path)! });
    run.report.tensor(`${file.file}: ${golden}`, found, await file.get(golden), tolerance.for(golden));
  }
}

/** A variant that case.json does not describe (such as `batch2`) is the default one on other inputs. */
function swapOf({ run, file, content, style }: HookScene, name: string): DenoiserPatch {
  const own = run.golden.about(file.file) as { variants?: unknown } | undefined;
  const variants = (own?.variants ?? run.golden.object('variants')) as Readonly<
    Record<string, Variant | undefined>
  >;
  const variant = variants[name] ?? variants['default'] ?? { gamma: 0.75, T: 1.5 };
  const { keys = 'qkv', gamma, T } = variant;
  const needed = keys.includes('q') ? 'q' : 'k';
  const collected = file.names.flatMap((tensorName) => {
    const feature = readFeatureName(tensorName);
    return feature?.kind === needed ? [feature.layer] : [];
  });
  return kvSwapPatch({
    ...(keys.includes('q') ? { content } : {}),
    ...(/[kv]/.test(keys) ? { style } : {}),
    layers: variant.layers?.map((layer) => `output.${layer}`) ?? [...new Set(collected)],
    gamma,
    tau: T,
  });
}

/** A batch is `x` and then the inputs that the features were collected from, style first. */
async function latentOf(file: GoldenTensors, rows: number): Promise<Tensor> {
  const x = await file.get('x');
  if (rows === x.shape[0]) return x;
  const others = [await file.get('x_style'), await file.get('x_content')];
  const parts = [x, ...others, ...Array<Tensor>(rows).fill(x)].slice(0, rows);
  const batch = tensor([rows, ...x.shape.slice(1)]);
  for (const [row, part] of parts.entries()) batch.data.set(part.data, row * x.data.length);
  return batch;
}

/** Golden names of inner values of a variant, and the names that the UNet knows them by. */
async function exposedPaths({ file, model }: HookScene, variant: string): Promise<Map<string, string>> {
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
  { run, file }: HookScene,
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
function asGolden({ model }: HookScene, { golden, value }: { golden: string; value: Tensor }): Tensor {
  const [, what, number] = /\.(q_used|attn_probs)\.(\d+)$/.exec(golden) ?? [];
  if (!what) return value;
  if (what === 'attn_probs') {
    const [rows = 1, heads = 1, ...rest] = value.shape;
    return { shape: [rows * heads, ...rest], data: value.data };
  }
  const heads = model.denoiser.attentionLayers.find(({ id }) => id === `output.${number}`)?.heads ?? 1;
  return splitHeads(value, heads);
}
