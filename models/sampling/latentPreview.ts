import { cropPicture } from '../image/cropPicture.ts';
import type { Picture } from '../image/picture.ts';
import { picturesToPixels } from '../image/picturePixels.ts';
import { resizePicture } from '../image/resizePicture.ts';
import { solveLeastSquares } from '../tensor/solveLeastSquares.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Autoencoder } from './autoencoder.ts';
import { samplePosterior } from './samplePosterior.ts';
import { SamplingError } from './samplingError.ts';

/** An affine map from a scaled latent cell to a colour: rgb[c] = bias[c] + sum_k weights[c][k] * latent[k], in 0..255. */
export interface LatentPreviewMap {
  readonly channels: number;
  /** `[3, channels]`, row-major. */
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

/**
 * Fits the map for an autoencoder by least squares over the cells of a few pictures, each area-averaged to latent size.
 * Pictures are cropped to a multiple of the autoencoder's downscale; a few with many colours, 256 pixels wide, suffice.
 */
export async function fitLatentPreview(
  autoencoder: Autoencoder,
  pictures: readonly Picture[],
): Promise<LatentPreviewMap> {
  const { latentChannels: channels, downscale, scalingFactor } = autoencoder;
  const inputs: number[][] = [];
  const colours: number[][] = [];
  for (const picture of pictures) {
    const [width, height] = [picture.width, picture.height].map((side) => Math.floor(side / downscale)) as [
      number,
      number,
    ];
    if (width < 1 || height < 1) continue;
    const box = { left: 0, top: 0, width: width * downscale, height: height * downscale };
    const cropped = cropPicture(picture, box);
    const latent = samplePosterior(await autoencoder.encode(picturesToPixels([cropped])), scalingFactor);
    const small = resizePicture(cropped, { width, height, filter: 'box' });
    const area = width * height;
    for (let i = 0; i < area; i++) {
      inputs.push([1, ...Array.from({ length: channels }, (_, k) => latent.data[k * area + i]!)]);
      colours.push([...small.data.subarray(i * 3, i * 3 + 3)]);
    }
  }
  const solution = solveLeastSquares(inputs, colours);
  return {
    channels,
    weights: [0, 1, 2].flatMap((c) => solution.slice(1).map((row) => row[c]!)),
    bias: [...solution[0]!],
  };
}

/** A latent `[B, C, h, w]` as a picture of w x h pixels: its first row through the map. */
export function applyLatentPreview(latent: Tensor, map: LatentPreviewMap): Picture {
  const [, channels = 0, height = 0, width = 0] = latent.shape;
  if (channels !== map.channels) {
    throw new SamplingError(
      'shape-mismatch',
      `The preview map is for latents of ${map.channels} channels, found [${latent.shape.join(', ')}].`,
    );
  }
  const area = width * height;
  const data = new Uint8ClampedArray(area * 3);
  for (let c = 0; c < 3; c++) {
    const weights = map.weights.slice(c * channels, (c + 1) * channels);
    for (let i = 0; i < area; i++) {
      let colour = map.bias[c]!;
      for (let k = 0; k < channels; k++) colour += weights[k]! * latent.data[k * area + i]!;
      data[i * 3 + c] = colour;
    }
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}
