import { tensor, type Tensor } from './tensor.ts';

/**
 * PyTorch's `interpolate` in the mode `bilinear`, without antialiasing (align_corners False), `[B, C, H, W]` to another
 * height and width; so does the Resize of older torchvision on tensors.
 */
export function resizeBilinear({ shape, data }: Tensor, height: number, width: number): Tensor {
  const [rows = 1, channels = 1, fromHeight = 1, fromWidth = 1] = shape;
  const result = tensor([rows, channels, height, width]);
  const [ys, xs] = [places(fromHeight, height), places(fromWidth, width)];
  let target = 0;
  for (let plane = 0; plane < rows * channels; plane++) {
    const start = plane * fromHeight * fromWidth;
    for (const y of ys) {
      const [upper, lower] = [start + y.first * fromWidth, start + y.second * fromWidth];
      for (const x of xs) {
        const above = data[upper + x.first]! * (1 - x.share) + data[upper + x.second]! * x.share;
        const below = data[lower + x.first]! * (1 - x.share) + data[lower + x.second]! * x.share;
        result.data[target++] = above * (1 - y.share) + below * y.share;
      }
    }
  }
  return result;
}

/** The two inputs that every output lies between, and how far it is on the way to the second. */
function places(from: number, to: number) {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const place = Math.max(0, (i + 0.5) * scale - 0.5);
    const first = Math.min(from - 1, Math.floor(place));
    return { first, second: Math.min(from - 1, first + 1), share: place - first };
  });
}
