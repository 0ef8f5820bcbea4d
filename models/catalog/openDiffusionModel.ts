import type { ModelParts } from './modelParts.ts';
import { modelFromParts, modelFromWeights, openModel, type OpenModelOptions } from './openModel.ts';
import type { OpenedModel } from './openParts.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { withParts, type With } from './withParts.ts';

type WholeParts = With<ModelParts, 'unet' | 'autoencoder'>;

/** A model with both networks that diffusion in a latent space takes. */
export type OpenedDiffusionModel = With<OpenedModel, 'denoiser' | 'autoencoder'> & {
  readonly parts: WholeParts;
};

/** openModel for a whole model. Throws ModelError also for one that lacks the UNet or the autoencoder. */
export async function openDiffusionModel(
  path: string,
  options: OpenModelOptions,
): Promise<OpenedDiffusionModel> {
  return withParts(await openModel(path, options), 'denoiser', 'autoencoder') as OpenedDiffusionModel;
}

/** The same for weights that are no file. */
export async function diffusionModelFromWeights(
  source: WeightSource,
  options: OpenModelOptions,
): Promise<OpenedDiffusionModel> {
  return withParts(
    await modelFromWeights(source, options),
    'denoiser',
    'autoencoder',
  ) as OpenedDiffusionModel;
}

/** The same from its parts. */
export async function diffusionModelFromParts(
  parts: WholeParts,
  options: OpenModelOptions,
): Promise<OpenedDiffusionModel> {
  return (await modelFromParts(parts, options)) as OpenedDiffusionModel;
}
