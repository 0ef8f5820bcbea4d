import { tensor } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/**
 * torch.nn.functional.interpolate of `[B, C, h, w]` without antialiasing (align_corners False), in float32: `bilinear`,
 * as the Resize of older torchvision does it on tensors, or `nearest`.
 */
export function interpolate(
  { shape, data }: Tensor,
  {
    height,
    width,
    mode,
  }: { readonly height: number; readonly width: number; readonly mode: 'bilinear' | 'nearest' },
): Tensor {
  const [rows = 1, channels = 1, fromHeight = 1, fromWidth = 1] = shape;
  const found = tensor([rows, channels, height, width]);
  const ys = axis(fromHeight, height, mode);
  const xs = axis(fromWidth, width, mode);
  for (let plane = 0; plane < rows * channels; plane++) {
    const from = plane * fromHeight * fromWidth;
    let target = plane * height * width;
    for (const y of ys) {
      const [upper, lower] = [from + y.first * fromWidth, from + y.second * fromWidth];
      for (const x of xs) {
        const above = data[upper + x.first]! * (1 - x.share) + data[upper + x.second]! * x.share;
        const below = data[lower + x.first]! * (1 - x.share) + data[lower + x.second]! * x.share;
        found.data[target++] = above * (1 - y.share) + below * y.share;
      }
    }
  }
  return found;
}

/** The two inputs that every output lies between, and how far it is on the way to the second. */
function axis(from: number, to: number, mode: 'bilinear' | 'nearest') {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    if (mode === 'nearest') {
      const first = Math.min(from - 1, Math.floor(Math.fround(i * Math.fround(scale))));
      return { first, second: first, share: 0 };
    }
    const place = Math.max(0, (i + 0.5) * scale - 0.5);
    const first = Math.min(from - 1, Math.floor(place));
    return { first, second: Math.min(from - 1, first + 1), share: place - first };
  });
}
