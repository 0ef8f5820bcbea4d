import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';

/** A grey picture as a mask `[1, 1, H, W]`: v / 255. */
export async function maskOf(golden: GoldenCase, path: string): Promise<Tensor> {
  const { width, height, data } = await golden.picture(path);
  const values = Float32Array.from({ length: width * height }, (_, i) => data[i * 3]! / 255);
  return { shape: [1, 1, height, width], data: values };
}
