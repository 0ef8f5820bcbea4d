import { tensor } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Picture } from './picture.ts';
import { PictureError } from './pictureError.ts';
import { roundHalfToEven } from './roundHalfToEven.ts';

/** 2 * (p / 255) - 1 in float32 for every level, as StyleID's load_img computes it. */
const pixelValues = Float32Array.from({ length: 256 }, (_, level) => 2 * Math.fround(level / 255) - 1);

/** Pictures of one size as a network input `[B, 3, H, W]` in [-1, 1]. Throws PictureError `bad-size`. */
export function picturesToPixels(pictures: readonly Picture[]): Tensor {
  const [first] = pictures;
  if (!first) throw new PictureError('bad-size', 'A batch needs at least one picture.');
  const { width, height } = first;
  const area = width * height;
  const pixels = tensor([pictures.length, 3, height, width]);
  for (const [row, picture] of pictures.entries()) {
    if (picture.width !== width || picture.height !== height) {
      throw new PictureError(
        'bad-size',
        `The pictures of a batch must have one size, found ${width} x ${height} and ${picture.width} x ${picture.height}.`,
      );
    }
    for (let i = 0; i < area; i++) {
      for (let channel = 0; channel < 3; channel++) {
        pixels.data[(row * 3 + channel) * area + i] = pixelValues[picture.data[i * 3 + channel]!]!;
      }
    }
  }
  return pixels;
}

/**
 * Row `row` of `[B, 3, H, W]` in [-1, 1] as a picture. `truncate` (run_styleid.py, default): floor(255 * clamp((x+1)/2));
 * `round` (run_styleid_diffusers.py): round(255 * clamp(x/2 + 0.5)), halves to even. NaN becomes 0.
 */
export function pixelsToPicture(
  pixels: Tensor,
  options: { readonly row?: number; readonly rounding?: 'truncate' | 'round' } = {},
): Picture {
  const { row = 0, rounding = 'truncate' } = options;
  const [rows = 0, channels, height = 0, width = 0] = pixels.shape;
  if (pixels.shape.length !== 4 || channels !== 3 || row >= rows) {
    throw new PictureError(
      'bad-size',
      `Pixels need the shape [B, 3, H, W], found [${pixels.shape.join(', ')}].`,
    );
  }
  const level = rounding === 'truncate' ? Math.floor : roundHalfToEven;
  const area = width * height;
  const data = new Uint8Array(area * 3);
  for (let channel = 0; channel < 3; channel++) {
    const plane = pixels.data.subarray((row * 3 + channel) * area, (row * 3 + channel + 1) * area);
    for (let i = 0; i < area; i++) {
      const unit = Math.min(Math.max(Math.fround(plane[i]! + 1) / 2, 0), 1);
      data[i * 3 + channel] = level(Math.fround(255 * unit));
    }
  }
  return { width, height, data };
}
