import type { Value } from '../graph/value.ts';

/** PyTorch's PixelUnshuffle: `[B, C, H, W]` to `[B, C * n * n, H / n, W / n]`, channel = (c * n + row) * n + column. */
export function pixelUnshuffle(x: Value, n: number): Value {
  const [batch, channels] = [x.shape[0]!, x.size(1)];
  const [height, width] = [x.size(2) / n, x.size(3) / n];
  return x
    .reshape([batch, channels, height, n, width, n])
    .transpose([0, 1, 3, 5, 2, 4])
    .reshape([batch, channels * n * n, height, width]);
}
