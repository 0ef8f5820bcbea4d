import { inpaintMask } from '../image/inpaintMask.ts';
import type { Mask, Picture } from '../image/picture.ts';
import { picturesToPixels } from '../image/picturePixels.ts';
import { resizeBilinear } from '../tensor/resizeBilinear.ts';
import { resizeNearest } from '../tensor/resizeNearest.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import { samplePosterior } from './samplePosterior.ts';

/**
 * Who prepares a picture with a hole: Paint by Example's authors (scripts/inference.py), diffusers' PaintByExamplePipeline,
 * or Stable Diffusion's programs for inpainting (CompVis' and diffusers', which agree).
 */
export type InpaintingForm = 'author' | 'diffusers' | 'stable-diffusion';

export interface InpaintingRequest {
  readonly picture: Picture;
  /** Of the picture's size; 1 = to be painted. */
  readonly mask: Mask;
  readonly autoencoder: Autoencoder;
  readonly form: InpaintingForm;
  /** Standard normal values `[1, C, h, w]` for the sample of the masked picture's latent. */
  readonly noise: Tensor;
}

export interface InpaintingExtra {
  /** `[1, C + 1, h, w]`, what the UNet takes behind the latent (DenoiserCall.extra). */
  readonly extra: Tensor;
  /** `[1, 1, H, W]`: 1 = kept. */
  readonly kept: Tensor;
  /** `[1, 3, H, W]`, grey in the hole: what is encoded. */
  readonly maskedPixels: Tensor;
  readonly posterior: Posterior;
  /** Scaled, `[1, C, h, w]`. */
  readonly maskedLatent: Tensor;
  /** `[1, 1, h, w]`; 1 = kept, but 1 = painted for Stable Diffusion. */
  readonly mask: Tensor;
}

/**
 * What an inpainting UNet is shown of a picture with a hole: the latent of the picture that is left, a sample of the
 * encoder's answer and not its mean, and the mask at the latent's size. Paint by Example takes them in this order, the
 * mask 1 where the picture is kept; Stable Diffusion takes the mask first, 1 where it is painted. Only the authors' mask has
 * values between, at the hole's edge.
 */
export async function inpaintingExtra(request: InpaintingRequest): Promise<InpaintingExtra> {
  const { picture, autoencoder, form, noise } = request;
  const kept = inpaintMask(request.mask);
  const masked = maskedPixels(picturesToPixels([picture]), kept);
  const posterior = await autoencoder.encode(masked);
  const maskedLatent = samplePosterior(posterior, autoencoder.scalingFactor, noise);
  const [, channels = 0, height = 0, width = 0] = maskedLatent.shape;
  const shown = form === 'stable-diffusion' ? opposite(kept) : kept;
  const mask = (form === 'author' ? resizeBilinear : resizeNearest)(shown, height, width);
  const parts = form === 'stable-diffusion' ? [mask, maskedLatent] : [maskedLatent, mask];
  const extra = tensor([1, channels + 1, height, width]);
  let offset = 0;
  for (const { data } of parts) {
    extra.data.set(data, offset);
    offset += data.length;
  }
  return { extra, kept, maskedPixels: masked, posterior, maskedLatent, mask };
}

/** `[1, C, H, W]` in [-1, 1] where it is kept, and mid grey in the hole. */
function maskedPixels(pixels: Tensor, kept: Tensor): Tensor {
  const area = kept.data.length;
  return tensor(
    pixels.shape,
    pixels.data.map((value, i) => value * kept.data[i % area]!),
  );
}

function opposite({ shape, data }: Tensor): Tensor {
  return tensor(
    shape,
    data.map((value) => 1 - value),
  );
}
