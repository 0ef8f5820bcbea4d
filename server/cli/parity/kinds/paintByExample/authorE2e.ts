import { stackRows } from '../../../../../models/tensor/stackRows.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import { drawnNoise } from '../drawnNoise.ts';
import type { Kind } from '../kind.ts';
import { prepareScene, type Prepared, type Scene } from './prepareScene.ts';
import {
  compareInputs,
  compareResult,
  inputsFile,
  LATENT_TOLERANCE,
  runsOf,
  sample,
  samplingOf,
  type Run,
  type Sampled,
} from './sampleScene.ts';

/**
 * `paint-by-example/author/e2e`: scripts/inference.py from source, mask and reference to the picture, by PLMS and DDIM,
 * with what is made of the pictures, every latent, and what the network said.
 */
export const authorE2e: Kind = async (run) => {
  const { golden } = run;
  const inputs = await inputsFile(golden);
  const scene: Scene = {
    run,
    inputs,
    model: await run.model(golden.json['weights']),
    form: 'author',
  };
  const prepared = await prepareScene(scene);
  await compareInputs(scene, {
    image_tensor: prepared.pixels,
    mask_tensor: prepared.kept,
    inpaint_image: prepared.maskedPixels,
    ref_tensor: prepared.clipPixels,
    cond: prepared.conditional,
    uncond: prepared.unconditional,
    posterior_mean: prepared.posterior.mean,
    posterior_logvar: prepared.posterior.logvar,
    z_inpaint: prepared.maskedLatent,
    mask_latent: prepared.mask,
  });
  const start = await inputs.get('x_T');
  for (const each of await runsOf(golden)) await compareRun(scene, each, { prepared, start });
};

async function compareRun(
  scene: Scene,
  run: Run,
  given: { readonly prepared: Prepared; readonly start: Tensor },
): Promise<void> {
  const { report } = scene.run;
  const { name, about, file } = run;
  const sampling = samplingOf(scene, run);
  const noises = await drawnNoise(file);
  const sampled = await sample(scene, { ...given, ...sampling, noises });
  const label = (what: string) => `${file.file}: ${what}`;
  const timesteps = sampled.calls.map(({ timestep }) => timestep);
  const expected = await file.maybe('model_t');
  if (expected) report.values(label('model_t'), timesteps, expected.data, 0);
  const listed = about['model_calls_t'];
  if (Array.isArray(listed)) report.values(`${name}: model_calls_t`, timesteps, listed as number[], 0);
  await comparePredictions(scene, sampled, file);
  // The authors' first step of PLMS is the one that is done over.
  const steps = sampling.sampler === 'pndm' ? sampled.steps.slice(1) : sampled.steps;
  const stacks = {
    x_steps: [given.start, ...steps.map(({ latent }) => latent)],
    pred_x0_steps: steps.map(({ predictedClean }) => predictedClean),
  };
  for (const [what, rows] of Object.entries(stacks)) {
    const golden = await file.maybe(what);
    if (golden) report.tensor(label(what), stackRows(rows), golden, LATENT_TOLERANCE);
  }
  await compareResult(scene, { latent: sampled.latent, file, name });
}

/** `eps_uncond.N` and `eps_cond.N` of call N. */
async function comparePredictions(scene: Scene, { calls }: Sampled, file: GoldenTensors): Promise<void> {
  for (const name of file.names) {
    const [, kind, number] = /^eps_(un)?cond\.(\d+)$/.exec(name) ?? [];
    if (number === undefined) continue;
    const prediction = calls[Number(number)]?.prediction;
    if (!prediction) {
      scene.run.report.failure(`${file.file}: ${name}`, 'was never asked');
      continue;
    }
    // Without guidance (scale 1) there is the row with the exemplar only.
    const row = prediction.data.length / (prediction.shape[0] ?? 1);
    const data = kind ? prediction.data.slice(0, row) : prediction.data.slice(-row);
    const found = tensor([1, ...prediction.shape.slice(1)], data);
    scene.run.report.tensor(`${file.file}: ${name}`, found, await file.get(name), LATENT_TOLERANCE);
  }
}
