import { tensor } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cropPicture } from './cropPicture.ts';
import type { Picture } from './picture.ts';
import { resizePicture, resizeShorterSide } from './resizePicture.ts';

/** OpenAI's CLIP, per colour. */
const MEAN = [0.48145466, 0.4578275, 0.40821073].map(Math.fround);
const DEVIATION = [0.26862954, 0.26130258, 0.27577711].map(Math.fround);

/** What CLIP's image encoder takes, `[1, 3, height, width]`: (level / 255 - mean) / deviation in float32. */
export function clipPixels({ width, height, data }: Picture): Tensor {
  const area = width * height;
  const pixels = tensor([1, 3, height, width]);
  for (let channel = 0; channel < 3; channel++) {
    const values = Float32Array.from({ length: 256 }, (_, level) => {
      const centred = Math.fround(Math.fround(level / 255) - MEAN[channel]!);
      return centred / DEVIATION[channel]!;
    });
    for (let i = 0; i < area; i++) pixels.data[channel * area + i] = values[data[i * 3 + channel]!]!;
  }
  return pixels;
}

/**
 * The exemplar at CLIP's size as the two published implementations of Paint by Example make it, with Pillow's bicubic:
 * `author` (scripts/inference.py) stretches it to a square, `diffusers` (CLIPImageProcessor) brings the shorter side to
 * the size and takes the middle.
 */
export function exemplarPicture(picture: Picture, size: number, form: 'author' | 'diffusers'): Picture {
  if (form === 'author') return resizePicture(picture, { width: size, height: size, filter: 'bicubic' });
  const resized = resizeShorterSide(picture, { size, filter: 'bicubic' });
  const left = Math.floor((resized.width - size) / 2);
  const top = Math.floor((resized.height - size) / 2);
  return cropPicture(resized, { left, top, width: size, height: size });
}
