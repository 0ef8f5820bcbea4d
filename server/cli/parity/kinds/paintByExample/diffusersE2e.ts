import { join } from 'node:path';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind } from '../kind.ts';
import { prepareScene, type Scene } from './prepareScene.ts';
import {
  compareInputs,
  compareResult,
  inputsFile,
  LATENT_TOLERANCE,
  runsOf,
  sample,
  samplingOf,
  type NetworkCall,
} from './sampleScene.ts';
import { writeExemplarFolder } from './writeExemplarFolder.ts';

/**
 * `paint-by-example/diffusers/e2e`: PaintByExamplePipeline on a diffusers folder, by PNDM and DDIM, with what is made of
 * the pictures and every latent.
 */
export const diffusersE2e: Kind = async (run) => {
  const { golden, models } = run;
  const folder = join(await models.scratch(), golden.label.replaceAll('/', '-'));
  await writeExemplarFolder(golden, folder);
  const inputs = await inputsFile(golden);
  const scene: Scene = {
    run,
    inputs,
    model: await models.opened(folder),
    form: 'diffusers',
  };
  const prepared = await prepareScene(scene);
  await compareInputs(scene, {
    mask: prepared.kept,
    masked_image: prepared.maskedPixels,
    pixel_values: prepared.clipPixels,
    pooler_output: prepared.classToken,
    cond: prepared.conditional,
    uncond: prepared.unconditional,
    latent_mean: prepared.posterior.mean,
    latent_logvar: prepared.posterior.logvar,
    masked_image_latents: prepared.maskedLatent,
    mask_latent: prepared.mask,
  });
  const start = await inputs.get('latents_init');
  for (const each of await runsOf(golden)) {
    const { name, about, file } = each;
    const given = { prepared, start, ...samplingOf(scene, each) };
    const { latent, calls, steps } = await sample(scene, given);
    const timesteps = calls.map((call) => call.timestep);
    const expected = await file.maybe('timesteps');
    if (expected) run.report.values(`${file.file}: timesteps`, timesteps, expected.data, 0);
    const listed = about['unet_calls_t'];
    if (Array.isArray(listed)) run.report.values(`${name}: unet_calls_t`, timesteps, listed as number[], 0);
    await compareFirstCall(scene, calls[0]!, file);
    await compareSteps(
      scene,
      steps.map((step) => step.latent),
      file,
    );
    await compareResult(scene, { latent, file, name });
  }
};

async function compareFirstCall(
  { run: { golden, report } }: Scene,
  { latent, extra, context, prediction }: NetworkCall,
  file: GoldenTensors,
): Promise<void> {
  const found = {
    first_model_input: withExtra(latent, extra),
    first_context: context,
    first_eps_batch: prediction,
  };
  for (const [name, value] of Object.entries(found)) {
    const expected = await file.maybe(name);
    if (expected) report.tensor(`${file.file}: ${name}`, value, expected, golden.tolerance.for(name));
  }
}

/** Both rows of guidance with the same channels behind the latent. */
function withExtra(latent: Tensor, extra: Tensor): Tensor {
  const [rows = 1, channels = 0, ...size] = latent.shape;
  const all = tensor([rows, channels + (extra.shape[1] ?? 0), ...size]);
  const [own, whole] = [latent.data.length / rows, all.data.length / rows];
  for (let row = 0; row < rows; row++) {
    all.data.set(latent.data.subarray(row * own, (row + 1) * own), row * whole);
    all.data.set(extra.data, row * whole + own);
  }
  return all;
}

async function compareSteps(
  { run: { report } }: Scene,
  latents: readonly Tensor[],
  file: GoldenTensors,
): Promise<void> {
  const expected = await file.maybe('latents_steps');
  if (!expected) return;
  const data = Float32Array.from(latents.flatMap((latent) => [...latent.data]));
  const found = { shape: [latents.length, ...latents[0]!.shape.slice(1)], data };
  report.tensor(`${file.file}: latents_steps`, found, expected, LATENT_TOLERANCE);
}
