import type { Mask } from '../../models/image/picture.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { Denoiser, InpaintingFamily } from '../../models/sampling/denoiser.ts';
import type { InpaintingExtra, InpaintingForm } from '../../models/sampling/inpaintingExtra.ts';
import { NodeError } from '../contract/nodeError.ts';

const names: Readonly<Record<InpaintingFamily, string>> = {
  'paint-by-example': 'Paint by Example',
  'stable-diffusion': 'Stable Diffusion inpainting',
};

/** Refuses a model that is none for inpainting, or another one than the layout is for. */
export function checkInpainting(denoiser: Denoiser, autoencoder: Autoencoder, form: InpaintingForm): void {
  const { architecture, extraChannels, inpainting } = denoiser;
  const needed = autoencoder.latentChannels + 1;
  if (extraChannels !== needed) {
    const found = extraChannels === 0 ? 'nothing' : extraChannels;
    const message = `This denoiser is of ${architecture}; expected Paint by Example or Stable Diffusion inpainting, which take ${needed} channels besides the latent; this one takes ${found}.`;
    throw new NodeError('bad-model', message, 'denoiser');
  }
  const family: InpaintingFamily = form === 'stable-diffusion' ? 'stable-diffusion' : 'paint-by-example';
  if (inpainting === undefined || inpainting === family) return;
  const message = `This denoiser is of ${names[inpainting]}, and the layout is that of ${names[family]}. Choose the layout of the model.`;
  throw new NodeError('bad-parameter', message, 'layout');
}

/** Refuses a mask without a hole: the model would take many steps to paint what is there already. */
export function checkHole({ data }: Mask): void {
  const most = data.reduce((so, value) => Math.max(so, value), 0);
  if (most > 0.5) return;
  const found = most === 0 ? 'selects nothing' : 'selects no pixel by more than a half';
  const message = `The mask ${found}, so nothing would change; expected one that selects what is to be painted.`;
  throw new NodeError('bad-parameter', message, 'mask');
}

/** What a person should know of the hole before waiting for the result. */
export function warningOf({ kept, mask }: InpaintingExtra, form: InpaintingForm): string | undefined {
  if (kept.data.every((value) => value === 0))
    return 'The mask selects everything: nothing of the picture is kept';
  const whole = form === 'stable-diffusion' ? 0 : 1;
  if (mask.data.every((value) => value === whole))
    return 'The hole is smaller than a latent cell and the model is not shown where it is: grow the mask';
  return undefined;
}
