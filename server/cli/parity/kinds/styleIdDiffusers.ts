import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import { picturesToPixels, pixelsToPicture } from '../../../../models/image/picturePixels.ts';
import { ddimInversionMoves, ddimTimesteps } from '../../../../models/sampling/ddimSchedule.ts';
import { matchLatentStatistics } from '../../../../models/sampling/matchLatentStatistics.ts';
import { samplePosterior } from '../../../../models/sampling/samplePosterior.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import { GoldenCase } from '../goldenCase.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { diffusersFiles } from './diffusers.ts';
import type { Kind, KindRun } from './kind.ts';
import { invertSide, sampleWithSwap } from './stylePipeline.ts';
import type { PipelineOptions, Side } from './stylePipeline.ts';

interface Settings {
  readonly gamma?: number;
  readonly T?: number;
  readonly layers?: readonly number[];
  readonly ddim_steps?: number;
  readonly without_init_adain?: boolean;
  readonly without_attn_injection?: boolean;
}
interface Variant {
  readonly settings?: Settings;
  readonly png?: string;
}
interface Scene {
  readonly run: KindRun;
  readonly file: GoldenTensors;
  readonly model: OpenedDiffusionModel;
  readonly options: PipelineOptions;
}

/** `styleid/styleid-diffusers`: run_styleid_diffusers.py, the authors' second implementation, from two pictures. */
export const styleIdDiffusers: Kind = async (run) => {
  const { golden } = run;
  const files = await golden.tensorFiles();
  const file = files.find((candidate) => candidate.has('content.z0')) ?? files[0];
  if (!file) throw new Error('there is no .safetensors file');
  const model = await run.models.diffusers(diffusersFiles(golden, golden.json['weights']));
  const { denoiser } = model;
  const table = await file.maybe('alphas_cumprod');
  if (table) run.report.values('alphas_cumprod', denoiser.alphasCumprod, table.data, 1e-6);
  const variants = Object.entries(golden.object('variants')) as [string, Variant][];
  checkMoves(run, variants);
  const layers = new Set(variants.flatMap(([, variant]) => layersOf(variant)));
  const timesteps = new Set(variants.flatMap(([, variant]) => ddimTimesteps({ steps: stepsOf(variant) })));
  const options: PipelineOptions = {
    denoiser,
    context: await file.maybe('context'),
    variant: 'diffusers',
    timesteps: [...timesteps],
    layers: [...layers],
    folder: await run.models.scratch(),
  };
  const scene = { run, file, model, options };
  const inversions = new Map<string, Promise<Trajectory>>();
  const inversion = (side: Side, steps: number): Promise<Trajectory> => {
    const key = `${side} ${steps}`;
    let inverted = inversions.get(key);
    if (!inverted) inversions.set(key, (inverted = invertPicture(scene, side, steps)));
    return inverted;
  };
  for (const [name, variant] of variants) {
    const style = await inversion('style', stepsOf(variant));
    const content = await inversion('content', stepsOf(variant));
    await runVariant(scene, name, { variant, content, style });
  }
  for (const inverted of inversions.values()) await (await inverted).features?.close();
};

function stepsOf({ settings }: Variant): number {
  return settings?.ddim_steps ?? 20;
}

function layersOf({ settings }: Variant): string[] {
  return (settings?.layers ?? [7, 8, 9, 10, 11]).map((layer) => `output.${layer}`);
}

function checkMoves({ golden, report }: KindRun, variants: readonly [string, Variant][]): void {
  const [first] = variants;
  if (!first) return;
  const steps = stepsOf(first[1]);
  const listed = golden.json['inversion'];
  if (Array.isArray(listed)) {
    const moves = ddimInversionMoves({ steps, variant: 'diffusers' });
    const found = moves.flatMap(({ timestep, from, to }) => [timestep, from, to]);
    const rows = listed as { t: number; alpha_from: number; alpha_to: number }[];
    const expected = rows.flatMap((row) => [row.t, row.alpha_from, row.alpha_to]);
    report.values('case.json: inversion', found, expected, 0);
  }
  const sampled = golden.json['sampling_t'];
  if (Array.isArray(sampled)) {
    report.values('case.json: sampling_t', ddimTimesteps({ steps }), sampled as number[], 0);
  }
}

async function compare(
  { run, file }: Scene,
  name: string,
  values: { found: Tensor; label: string },
): Promise<void> {
  const expected = await file.maybe(name);
  const tolerance = run.golden.tolerance.for(name, values.label);
  if (expected) run.report.tensor(name, values.found, expected, tolerance);
}

async function invertPicture(scene: Scene, side: Side, steps: number): Promise<Trajectory> {
  const { run, model, options } = scene;
  const pixels = picturesToPixels([await run.golden.picture(picturePath(run.golden, side))]);
  const posterior = await model.autoencoder.encode(pixels);
  const latent = samplePosterior(posterior, model.autoencoder.scalingFactor);
  await compare(scene, `${side}.z0`, { found: latent, label: 'z_enc' });
  const trajectory = await invertSide(options, { latent, steps });
  for (const [step, found] of trajectory.latents.slice(1).entries()) {
    await compare(scene, `${side}.inv.${String(step).padStart(2, '0')}`, { found, label: 'z_enc' });
  }
  await compare(scene, `${side}.z_enc`, { found: trajectory.latents.at(-1)!, label: 'z_enc' });
  return trajectory;
}

/** `images` by side, else the pictures that the text `inputs` names: the one with the side in its name, or by order. */
function picturePath(golden: GoldenCase, side: Side): string {
  const direct = golden.object('images')[side];
  if (typeof direct === 'string') return direct;
  const named = GoldenCase.namesIn(golden.json['inputs'], /\.(png|jpe?g|webp)$/i);
  const path = named.find((name) => name.includes(side)) ?? named[side === 'content' ? 0 : 1];
  if (!path) throw new Error(`case.json does not name the ${side} picture`);
  return path;
}

async function runVariant(
  scene: Scene,
  name: string,
  { variant, content, style }: { variant: Variant; content: Trajectory; style: Trajectory },
): Promise<void> {
  const { run, model, options } = scene;
  const settings = variant.settings ?? {};
  const [from, like] = [content.latents.at(-1)!, style.latents.at(-1)!];
  const latent = settings.without_init_adain
    ? from
    : matchLatentStatistics({ content: from, style: like, per: 'sample', epsilon: 1e-4 });
  const { gamma = 0.75, T: tau = 1.5 } = settings;
  const swap = { content, style, layers: layersOf(variant), gamma, tau };
  const result = await sampleWithSwap(options, {
    latent,
    steps: stepsOf(variant),
    ...(settings.without_attn_injection ? {} : { swap }),
  });
  await compare(scene, `${name}.x_T`, { found: latent, label: 'z_enc' });
  for (const [order, step] of result.steps.entries()) {
    const number = String(order).padStart(2, '0');
    await compare(scene, `${name}.x.${number}`, { found: step.latent, label: 'final_latent' });
    await compare(scene, `${name}.pred_x0.${number}`, { found: step.predictedClean, label: 'final_latent' });
  }
  await compare(scene, `${name}.final_latent`, { found: result.predictedClean, label: 'final_latent' });
  if (!variant.png) return;
  const decoded = await model.autoencoder.decode(result.predictedClean);
  const picture = pixelsToPicture(decoded, { rounding: 'round' });
  const tolerance = run.golden.tolerance.for(variant.png, 'png');
  run.report.picture(variant.png, picture, await run.golden.picture(variant.png), tolerance);
}
