import type { OpenedDiffusionModel } from '../../../../../models/catalog/openDiffusionModel.ts';
import { clipPixels, exemplarPicture } from '../../../../../models/image/clipPixels.ts';
import { luminance } from '../../../../../models/image/luminance.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import { picturesToPixels, pixelsToPicture } from '../../../../../models/image/picturePixels.ts';
import type { Denoiser } from '../../../../../models/sampling/denoiser.ts';
import { guidancePatch } from '../../../../../models/sampling/guidancePatch.ts';
import { inpaintingExtra, type InpaintingExtra } from '../../../../../models/sampling/inpaintingExtra.ts';
import { patchDenoiser } from '../../../../../models/sampling/patchDenoiser.ts';
import { samplers } from '../../../../../models/sampling/samplers.ts';
import type { SamplerStep } from '../../../../../models/sampling/samplerLoop.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';

/** What both programs are given, and how the product takes it. */
export interface Scene {
  readonly run: KindRun;
  readonly model: OpenedDiffusionModel;
  readonly inputs: GoldenTensors;
  readonly form: 'author' | 'diffusers';
  readonly steps: number;
  readonly scale: number;
}

/** README.md: the final latent after all steps, and pictures. */
export const LATENT_TOLERANCE = 1e-3;
export const PICTURE_TOLERANCE = 1 / 255;

/** What is made of the pictures before the sampling begins. */
export interface Prepared extends InpaintingExtra {
  /** Of the whole picture. */
  readonly pixels: Tensor;
  readonly classToken: Tensor;
  readonly clipPixels: Tensor;
  readonly conditional: Tensor;
  readonly unconditional: Tensor;
}

export async function prepare({ run, model, inputs, form }: Scene): Promise<Prepared> {
  const { autoencoder, vision } = model;
  if (!vision) throw new Error('the weights hold no image encoder');
  const { golden } = run;
  const reference = await golden.picture(await pictureName(golden, /ref/i));
  const seen = clipPixels(exemplarPicture(reference, vision.imageSize, form));
  const embedding = await vision.encode(seen);
  const mask = luminance(await golden.picture(await pictureName(golden, /mask/i)));
  const picture = await golden.picture(await pictureName(golden, /source|image|input/i));
  const noise = await inputs.get('vae_noise');
  return {
    ...(await inpaintingExtra({ picture, mask, autoencoder, form, noise })),
    pixels: picturesToPixels([picture]),
    clipPixels: seen,
    classToken: embedding.classToken,
    conditional: await vision.condition(embedding),
    unconditional: await vision.unconditional(),
  };
}

/** The case's picture of that name, neither a result nor one that was prepared. */
async function pictureName(golden: GoldenCase, name: RegExp): Promise<string> {
  const found = (await golden.names()).find(
    (each) => each.endsWith('.png') && name.test(each) && !/result|resized/.test(each),
  );
  if (!found) throw new Error(`there is no picture like ${name.source}`);
  return found;
}

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

/** Inpaint Conditioning, Guidance and Sample, as their nodes do it. */
export async function sample(
  scene: Scene,
  { prepared, sampler, start }: { prepared: Prepared; sampler: 'ddim' | 'pndm'; start: Tensor },
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
  const guidance = guidancePatch({ conditional, unconditional, scale: scene.scale });
  const denoiser: Denoiser = patchDenoiser(watched, 'guidance', guidance);
  const steps: SamplerStep[] = [];
  const spacing = scene.form === 'author' ? 'compvis' : 'leading';
  const { latent } = await samplers[sampler]({
    denoiser,
    latent: start,
    steps: scene.steps,
    spacing,
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

/** The .safetensors files of a case's runs, by their names. */
export async function runFiles(
  golden: GoldenCase,
): Promise<{ name: string; about: Readonly<Record<string, unknown>>; file: GoldenTensors }[]> {
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
