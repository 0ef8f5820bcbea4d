import { luminance } from '../../../../../models/image/luminance.ts';
import { maskToLatent, maskToTensor } from '../../../../../models/image/maskTensor.ts';
import type { Mask, Picture } from '../../../../../models/image/picture.ts';
import { picturesToPixels, pixelsToPicture } from '../../../../../models/image/picturePixels.ts';
import { resizeMaskNearest } from '../../../../../models/image/resizeMaskNearest.ts';
import { resizePicture } from '../../../../../models/image/resizePicture.ts';
import { addNoise } from '../../../../../models/sampling/addNoise.ts';
import { maskedBlendPatch } from '../../../../../models/sampling/maskedBlendPatch.ts';
import { patchDenoiser } from '../../../../../models/sampling/patchDenoiser.ts';
import { pndmRun, pndmStrengthSteps } from '../../../../../models/sampling/samplePndm.ts';
import { samplePosterior } from '../../../../../models/sampling/samplePosterior.ts';
import type { SamplerStep } from '../../../../../models/sampling/samplerStep.ts';
import { samplers } from '../../../../../models/sampling/samplers.ts';
import { steeringPatch } from '../../../../../models/sampling/steeringPatch.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { hasResidual, openHarmonisers, type Harmonisers } from './harmonisers.ts';
import { row } from '../row.ts';

interface Settings {
  readonly W: number;
  readonly H: number;
  readonly num_inference_steps: number;
  readonly strength: number;
  readonly timesteps?: readonly number[];
}

/**
 * `phdiffusion/e2e`: test.py from composite and mask to the harmonised picture, with the given noise; what the network is
 * shown and says in every step, and every latent.
 */
export const e2e: Kind = async (run) => {
  const file = (await run.golden.tensorFiles()).find((each) => each.has('noise_init'));
  if (!file) throw new Error('there is no .safetensors file with noise_init');
  const scene: Scene = {
    run,
    file,
    settings: run.golden.object('config') as unknown as Settings,
    ...(await openHarmonisers(run)),
  };
  const { picture, mask } = await resizedInputs(scene);
  const clean = await encode(scene, picture);
  const sampled = await sample(scene, { picture, mask, clean });
  await compareResult(scene, sampled);
};

interface Scene extends Harmonisers {
  readonly run: KindRun;
  readonly file: GoldenTensors;
  readonly settings: Settings;
}

async function resizedInputs({ run, settings }: Scene): Promise<{ picture: Picture; mask: Mask }> {
  const { golden, report } = run;
  const size = { width: settings.W, height: settings.H };
  const names = (await golden.names()).filter((name) => /\.(?:png|jpe?g)$/i.test(name));
  const named = (pattern: RegExp, resized: boolean) =>
    names.find((name) => pattern.test(name) && /resized/i.test(name) === resized);
  const [comp, drawn] = [named(/comp/i, false), named(/mask/i, false)];
  if (comp === undefined || drawn === undefined) throw new Error('there is no picture comp or mask');
  const picture = resizePicture(await golden.picture(comp), { ...size, filter: 'lanczos' });
  const mask = resizeMaskNearest(luminance(await golden.picture(drawn)), size);
  const [expected, expectedMask] = [named(/comp/i, true), named(/mask/i, true)];
  if (expected) report.picture(expected, picture, await golden.picture(expected), 0);
  if (expectedMask)
    report.values(expectedMask, mask.data, luminance(await golden.picture(expectedMask)).data, 0);
  return { picture, mask };
}

async function encode(scene: Scene, picture: Picture): Promise<Tensor> {
  const { autoencoder } = scene.model;
  const posterior = await autoencoder.encode(picturesToPixels([picture]));
  await compare(scene, 'posterior_mean', posterior.mean, 'latents');
  await compare(scene, 'posterior_logvar', posterior.logvar, 'latents');
  const noise = await scene.file.get('posterior_noise');
  const clean = samplePosterior(posterior, autoencoder.scalingFactor, noise);
  await compare(scene, 'x_0', clean, 'latents');
  return clean;
}

interface Sampled {
  readonly latent: Tensor;
  readonly shown: readonly Tensor[];
  readonly said: readonly Tensor[];
  readonly steps: readonly SamplerStep[];
}

async function sample(
  scene: Scene,
  { picture, mask, clean }: { picture: Picture; mask: Mask; clean: Tensor },
): Promise<Sampled> {
  const { model, adapter, file, settings } = scene;
  const [, , height = 1, width = 1] = clean.shape;
  const small = maskToLatent(mask, { height, width, downscale: model.autoencoder.downscale });
  await compare(scene, 'mask_latents', small, 'latents');
  const input = { pixels: picturesToPixels([picture]), mask: maskToTensor(mask) };
  const features = await adapter.encode({ ...input, residual: hasResidual(scene.run.golden) });
  for (const [level, feature] of features.entries()) await compare(scene, `feature_${level}`, feature, 'eps');

  const calls: { shown: Tensor; said: Tensor }[] = [];
  const watched = patchDenoiser(model.denoiser, 'watch', async (call, next) => {
    const result = await next(call);
    calls.push({ shown: call.latent, said: result.prediction });
    return result;
  });
  const fusion = { blocks: adapter.fusion, mask: small };
  const steered = patchDenoiser(
    watched,
    'def',
    steeringPatch({ features, strengths: features.map(() => 1), fusion }),
  );
  const drawn = await file.get('noise_steps');
  const blend = {
    clean,
    mask: small,
    noise: (step: number) => row(drawn, step),
    alphasCumprod: steered.alphasCumprod,
  };
  const denoiser = patchDenoiser(steered, 'masked-blend', maskedBlendPatch(blend));
  const { num_inference_steps: steps, strength } = settings;
  const course = { steps, startStep: pndmStrengthSteps(strength, steps) };
  const [first] = pndmRun(course, denoiser.alphasCumprod.length);
  const alpha = denoiser.alphasCumprod[first!]!;
  const latent = addNoise({ clean, noise: await file.get('noise_init'), alpha });
  await compare(scene, 'latents_init', latent, 'latents');
  const reached: SamplerStep[] = [];
  const context = await file.maybe('context');
  const result = await samplers.pndm({
    ...course,
    denoiser,
    latent,
    ...(context ? { context } : {}),
    onStep: (step) => reached.push(step),
  });
  return {
    latent: result.latent,
    steps: reached,
    shown: calls.map(({ shown }) => shown),
    said: calls.map(({ said }) => said),
  };
}

async function compareResult(scene: Scene, { latent, steps, shown, said }: Sampled): Promise<void> {
  const { run, file, settings, model } = scene;
  const { golden, report } = run;
  const timesteps = steps.map(({ timestep }) => timestep);
  const expected = await file.maybe('timesteps');
  if (expected) report.values('timesteps', timesteps, expected.data, 0);
  if (settings.timesteps) report.values('case.json: timesteps', timesteps, settings.timesteps, 0);
  await compareSteps(scene, 'unet_in', shown);
  await compareSteps(scene, 'eps', said);
  await compareSteps(
    scene,
    'latents_after_step',
    steps.map((step) => step.latent),
  );
  const { scalingFactor } = model.autoencoder;
  const unscaled = tensor(
    latent.shape,
    latent.data.map((value) => value / scalingFactor),
  );
  await compare(scene, 'decoder_in', unscaled, 'decoded');
  const pixels = await model.autoencoder.decode(latent);
  await compare(scene, 'decoded', pixels, 'decoded');
  const output = (await golden.names()).find((name) => /^output.*\.png$/i.test(name));
  if (output === undefined) return;
  const tolerance = golden.tolerance.for(output, 'recommended.output.png', 'png');
  report.picture(output, pixelsToPicture(pixels), await golden.picture(output), tolerance);
}

/** One tensor per step, in a stack. */
async function compareSteps(scene: Scene, name: string, found: readonly Tensor[]): Promise<void> {
  const stack = await scene.file.maybe(name);
  if (!stack) return;
  const { golden, report } = scene.run;
  if (stack.shape[0] !== found.length) {
    report.failure(name, `has ${found.length} steps, expected ${stack.shape[0]}`);
    return;
  }
  const kind = name === 'eps' ? 'recommended.eps' : 'recommended.latents';
  for (const [step, value] of found.entries())
    report.tensor(`${name}.${step}`, value, row(stack, step), golden.tolerance.for(name, kind));
}

async function compare(
  { file, run: { golden, report } }: Scene,
  name: string,
  found: Tensor,
  quantity: 'eps' | 'latents' | 'decoded',
): Promise<void> {
  const expected = await file.maybe(name);
  const tolerance = golden.tolerance.for(name, `recommended.${quantity}`);
  if (expected) report.tensor(name, found, expected, tolerance);
}
