import { splitMoments } from '../../../../models/catalog/klAutoencoder.ts';
import { loadStyleIdImage } from '../../../../models/image/loadStyleIdImage.ts';
import { picturesToPixels } from '../../../../models/image/picturePixels.ts';
import {
  ddimInversionMoves,
  ddimSamplingMoves,
  ddimTimesteps,
} from '../../../../models/sampling/ddimSchedule.ts';
import { samplePosterior } from '../../../../models/sampling/samplePosterior.ts';
import { selectAttentionLayers } from '../../../../models/sampling/selectAttentionLayers.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { e2eSettings } from './e2eSettings.ts';
import { runVariant } from './e2eVariant.ts';
import type { Scene, Start } from './e2eVariant.ts';
import type { Kind, KindRun } from './kind.ts';
import { invertSide, pictureSize } from './stylePipeline.ts';
import type { PipelineOptions, Side } from './stylePipeline.ts';

/** `styleid/e2e` and `styleid/e2e-from-ckpt`: run_styleid.py from two pictures to the stylised one, with every latent on the way. */
export const e2e: Kind = async (run) => {
  const files = await run.golden.tensorFiles();
  const file = files.find((candidate) => candidate.has('content.z0')) ?? files[0];
  if (!file) throw new Error('there is no .safetensors file');
  const model = await run.model(run.golden.json['weights']);
  const variants = e2eSettings(run.golden);
  checkMoves(run, variants);
  const options = await pipelineOptions(run, { file, model, variants });
  for (const start of ['from_golden_z0', 'from_images'] as const) {
    const check = checker(run, file, start);
    const scene: Scene = { run, file, model, variants, start, options, check };
    const latents = await cleanLatents(scene);
    if (latents) await runVariants(scene, latents);
  }
};

async function pipelineOptions(
  run: KindRun,
  { file, model, variants }: Pick<Scene, 'file' | 'model' | 'variants'>,
): Promise<PipelineOptions> {
  const settings = [...variants.values()];
  const layers = selectAttentionLayers(
    settings.map((variant) => variant.layers).join(),
    model.denoiser.attentionLayers,
  );
  const timesteps = settings.flatMap(({ samplingSteps }) => ddimTimesteps({ steps: samplingSteps }));
  return {
    denoiser: model.denoiser,
    context: await file.maybe('context'),
    variant: 'ldm',
    timesteps: [...new Set(timesteps)],
    layers,
    folder: await run.models.scratch(),
  };
}

function checker({ golden, report }: KindRun, file: GoldenTensors, start: Start): Scene['check'] {
  return async (name, found, label) => {
    const expected = await file.maybe(name);
    const tolerance = golden.tolerance.for(name, `${start}.${label}`, label);
    if (expected) report.tensor(`${start}: ${name}`, found, expected, tolerance);
  };
}

/** The moves that case.json lists are facts too. */
function checkMoves({ golden, report }: KindRun, variants: Scene['variants']): void {
  const [first] = variants.values();
  const list = (name: string, key: string): number[] => {
    const rows = golden.json[name];
    return Array.isArray(rows) ? rows.map((row: Record<string, unknown>) => Number(row[key])) : [];
  };
  const compare = (name: string, found: readonly number[], expected: readonly number[]): void => {
    if (expected.length > 0) report.values(`case.json: ${name}`, found, expected, 0);
  };
  if (!first) return;
  const inversion = ddimInversionMoves({ steps: first.inversionSteps });
  compare(
    'inversion t',
    inversion.map((move) => move.timestep),
    list('inversion', 't'),
  );
  compare(
    'inversion t_next',
    inversion.map((move) => move.to),
    list('inversion', 't_next'),
  );
  const sampling = ddimSamplingMoves({ steps: first.samplingSteps, startStep: first.startStep });
  compare(
    'sampling t',
    sampling.map((move) => move.timestep),
    list('sampling', 't'),
  );
}

async function cleanLatents(scene: Scene): Promise<Record<Side, Tensor> | undefined> {
  const { file, start } = scene;
  if (start === 'from_images') {
    return { style: await encodePicture(scene, 'style'), content: await encodePicture(scene, 'content') };
  }
  const [style, content] = [await file.maybe('style.z0'), await file.maybe('content.z0')];
  return style && content && { style, content };
}

async function encodePicture(scene: Scene, side: Side): Promise<Tensor> {
  const { run, file, model, check } = scene;
  const { autoencoder } = model;
  const noise = await file.maybe(`${side}.noise`);
  const reference = noise ?? (await file.get(`${side}.z0`));
  const size = pictureSize(model, reference);
  const path = run.golden.object('images')[side];
  if (typeof path !== 'string') throw new Error(`case.json does not name the ${side} picture`);
  // The original goes through the product's own cropping and resizing; what was kept of it may be all there is.
  const prepared = path.replace(/\.\w+$/, '.preprocessed.png');
  const original = run.golden.find(path);
  const picture = await run.golden.picture(original ? path : prepared);
  const pixels = picturesToPixels([loadStyleIdImage(picture, { width: size, height: size })]);
  const posterior = splitMoments((await autoencoder.encodeExposing(pixels)).get('moments')!);
  const z0 = samplePosterior(posterior, autoencoder.scalingFactor, noise);
  const unscaled = run.golden.tolerance.for(side, 'from_images.z0', 'z0') / autoencoder.scalingFactor;
  for (const part of ['mean', 'logvar'] as const) {
    const expected = await file.maybe(`${side}.${part}`);
    if (expected) run.report.tensor(`from_images: ${side}.${part}`, posterior[part], expected, unscaled);
  }
  await check(`${side}.z0`, z0, 'z0');
  return z0;
}

async function runVariants(scene: Scene, latents: Record<Side, Tensor>): Promise<void> {
  const inversions = new Map<string, Promise<Trajectory>>();
  const inversion = (side: Side, steps: number): Promise<Trajectory> => {
    const key = `${side} ${steps}`;
    let inverted = inversions.get(key);
    if (!inverted) {
      inverted = invertSide(scene.options, { latent: latents[side], steps });
      inversions.set(key, inverted);
    }
    return inverted;
  };
  const [first] = scene.variants.values();
  for (const side of ['style', 'content'] as const) {
    if (first) await checkInversion(scene, side, await inversion(side, first.inversionSteps));
  }
  for (const [name, settings] of scene.variants) {
    const { inversionSteps } = settings;
    const content = await inversion('content', inversionSteps);
    const style = await inversion('style', inversionSteps);
    await runVariant(scene, name, { settings, content, style });
  }
  for (const inverted of inversions.values()) await (await inverted).features?.close();
}

async function checkInversion({ check }: Scene, side: Side, { latents }: Trajectory): Promise<void> {
  for (const [step, latent] of latents.slice(1).entries()) {
    await check(`${side}.inv.${String(step).padStart(2, '0')}`, latent, 'z_enc');
  }
  await check(`${side}.z_enc`, latents.at(-1)!, 'z_enc');
}
