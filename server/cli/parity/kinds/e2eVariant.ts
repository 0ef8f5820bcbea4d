import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import { pixelsToPicture } from '../../../../models/image/picturePixels.ts';
import { samplingStart } from '../../../../models/sampling/invertDdim.ts';
import { matchLatentStatistics } from '../../../../models/sampling/matchLatentStatistics.ts';
import { selectAttentionLayers } from '../../../../models/sampling/selectAttentionLayers.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { drawnNoise } from './drawnNoise.ts';
import type { E2eSettings } from './e2eSettings.ts';
import type { KindRun } from './kind.ts';
import { sampleWithSwap } from './stylePipeline.ts';
import type { PipelineOptions } from './stylePipeline.ts';

/** Everything is run twice: from the golden clean latents with tight tolerances, and from the pictures. */
export type Start = 'from_golden_z0' | 'from_images';

export interface Scene {
  readonly run: KindRun;
  readonly file: GoldenTensors;
  readonly model: OpenedDiffusionModel;
  readonly variants: ReadonlyMap<string, E2eSettings>;
  readonly start: Start;
  readonly options: PipelineOptions;
  check(name: string, found: Tensor, label: string): Promise<void>;
}

/** AdaIN, sampling with the KV swap, decoding: one variant of run_styleid.py, compared at every step. */
export async function runVariant(
  scene: Scene,
  name: string,
  parts: { settings: E2eSettings; content: Trajectory; style: Trajectory },
): Promise<void> {
  const { run, model, options, check, start } = scene;
  const { settings, content, style } = parts;
  const schedule = { steps: settings.samplingSteps };
  const [from, like] = [samplingStart(content, schedule), samplingStart(style, schedule)];
  const latent = settings.adain ? matchLatentStatistics({ content: from, style: like }) : from;
  const layers = selectAttentionLayers(settings.layers, model.denoiser.attentionLayers);
  const swap = { content, style, layers, gamma: settings.gamma, tau: settings.T };
  const noises = await drawnNoise(scene.file, `${name}.`);
  const result = await sampleWithSwap(options, {
    latent,
    steps: settings.samplingSteps,
    startStep: settings.startStep,
    eta: settings.eta,
    ...(noises.length > 0 ? { noise: () => noises.shift()! } : {}),
    ...(settings.inject ? { swap } : {}),
  });
  await check(`${name}.x_T`, latent, 'z_enc');
  for (const [order, step] of result.steps.entries()) {
    const number = String(order).padStart(2, '0');
    await check(`${name}.x.${number}`, step.latent, 'z_final');
    await check(`${name}.pred_x0.${number}`, step.predictedClean, 'z_final');
  }
  await check(`${name}.z_final`, result.latent, 'z_final');
  const decoded = await model.autoencoder.decode(result.latent);
  await check(`${name}.decoded`, decoded, 'decoded');
  if (!settings.png) return;
  const expected = await run.golden.picture(settings.png);
  const tolerance = run.golden.tolerance.for(settings.png, 'png');
  run.report.picture(`${start}: ${settings.png}`, pixelsToPicture(decoded), expected, tolerance);
}
