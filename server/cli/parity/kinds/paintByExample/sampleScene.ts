import type { Picture } from '../../../../../models/image/picture.ts';
import { pixelsToPicture } from '../../../../../models/image/picturePixels.ts';
import type { Denoiser } from '../../../../../models/sampling/denoiser.ts';
import { guidancePatch } from '../../../../../models/sampling/guidancePatch.ts';
import { patchDenoiser } from '../../../../../models/sampling/patchDenoiser.ts';
import { samplers } from '../../../../../models/sampling/samplers.ts';
import type { SamplerStep } from '../../../../../models/sampling/samplerStep.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Prepared, Scene } from './prepareScene.ts';

/** README.md: the final latent after all steps, and pictures. */
export const LATENT_TOLERANCE = 1e-3;
export const PICTURE_TOLERANCE = 1 / 255;

/** What the network was asked and what it said, row by row: without the exemplar, with it. */
export interface NetworkCall {
  readonly timestep: number;
  readonly latent: Tensor;
  readonly extra: Tensor;
  readonly context: Tensor;
  readonly prediction: Tensor;
}

export interface Sampled {
  readonly latent: Tensor;
  readonly steps: readonly SamplerStep[];
  readonly calls: readonly NetworkCall[];
}

export interface Sampling {
  readonly sampler: 'ddim' | 'pndm';
  readonly steps: number;
  readonly scale: number;
  readonly eta: number;
}

/** What a run says of its sampling; else the case does. */
export function samplingOf(scene: Scene, { name, about }: Run): Sampling {
  const facts = { ...scene.run.golden.object('config'), ...about };
  const sampler = /ddim/i.test(String(about['scheduler'] ?? about['sampler'] ?? name)) ? 'ddim' : 'pndm';
  if (scene.form === 'author') {
    const scale = Number(facts['unconditional_guidance_scale'] ?? 1);
    return { sampler, steps: Number(facts['S']), scale, eta: Number(facts['eta'] ?? 0) };
  }
  // Below 1 diffusers' pipeline does not guide at all.
  const scale = Math.max(1, Number(facts['guidance_scale']));
  return { sampler, steps: Number(facts['num_inference_steps']), scale, eta: 0 };
}

/** Inpaint Conditioning, Guidance and Sample, as their nodes do it. */
export async function sample(
  scene: Scene,
  {
    prepared,
    start,
    sampler,
    steps: count,
    scale,
    eta,
    noises = [],
  }: Sampling & {
    readonly prepared: Prepared;
    readonly start: Tensor;
    /** What every step draws, with eta > 0. */
    readonly noises?: readonly Tensor[];
  },
): Promise<Sampled> {
  const { extra, conditional, unconditional } = prepared;
  const calls: NetworkCall[] = [];
  const shown = patchDenoiser(scene.model.denoiser, 'inpaint', (call, next) => next({ ...call, extra }));
  const watched = patchDenoiser(shown, 'watch', async (call, next) => {
    const result = await next(call);
    const { latent, context = conditional, timesteps } = call;
    calls.push({ timestep: timesteps[0]!, latent, extra, context, prediction: result.prediction });
    return result;
  });
  const guidance = guidancePatch({ conditional, unconditional, scale });
  const denoiser: Denoiser = patchDenoiser(watched, 'guidance', guidance);
  const steps: SamplerStep[] = [];
  const spacing = scene.form === 'author' ? 'compvis' : 'leading';
  const left = [...noises];
  const { latent } = await samplers[sampler]({
    denoiser,
    latent: start,
    steps: count,
    spacing,
    eta,
    ...(left.length > 0 ? { noise: () => left.shift()! } : {}),
    onStep: (step) => steps.push(step),
  });
  return { latent, steps, calls };
}

/** Decodes the final latent and compares it with the golden values and the golden picture. */
export async function compareResult(
  { run: { golden, report }, model, form }: Scene,
  { latent, file, name }: { latent: Tensor; file: GoldenTensors; name: string },
): Promise<void> {
  const label = (what: string) => `${file.file}: ${what}`;
  const expected = await file.maybe('final_latent');
  if (expected) report.tensor(label('final_latent'), latent, expected, LATENT_TOLERANCE);
  const pixels = await model.autoencoder.decode(latent);
  const decoded = await file.maybe('decoded');
  if (decoded) report.tensor(label('decoded'), pixels, decoded, LATENT_TOLERANCE);
  const image = await file.maybe('image');
  if (image) {
    const unit = pixels.data.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
    report.tensor(label('image'), { shape: pixels.shape, data: unit }, image, PICTURE_TOLERANCE);
  }
  const png = `result_${name}.png`;
  if (!golden.find(png)) return;
  const found: Picture = pixelsToPicture(pixels, { rounding: form === 'author' ? 'truncate' : 'round' });
  report.picture(png, found, await golden.picture(png), 1);
}

/** Compares what was prepared with the golden tensors of the same meaning, as far as they are there. */
export async function compareInputs(
  { run: { golden, report }, inputs }: Scene,
  found: Readonly<Record<string, Tensor>>,
): Promise<void> {
  for (const [name, value] of Object.entries(found)) {
    const expected = await inputs.maybe(name);
    if (expected)
      report.tensor(`${inputs.file}: ${name}`, value, expected, golden.tolerance.for(name, 'single pass'));
  }
}

/** One of a case's runs. */
export interface Run {
  readonly name: string;
  readonly about: Readonly<Record<string, unknown>>;
  /** What it gave. */
  readonly file: GoldenTensors;
}

export async function runsOf(golden: GoldenCase): Promise<Run[]> {
  const files = await golden.tensorFiles();
  return Object.entries(golden.object('runs')).map(([name, value]) => {
    const about = value as Readonly<Record<string, unknown>>;
    const wanted = typeof about['file'] === 'string' ? about['file'] : `${name}.safetensors`;
    const file = files.find((each) => each.file === wanted);
    if (!file) throw new Error(`the run ${name} has no file ${wanted}`);
    return { name, about, file };
  });
}

/** The file with what the programs were given. */
export async function inputsFile(golden: GoldenCase): Promise<GoldenTensors> {
  const file = (await golden.tensorFiles()).find((each) => each.has('vae_noise'));
  if (!file) throw new Error('no .safetensors file has vae_noise');
  return file;
}
