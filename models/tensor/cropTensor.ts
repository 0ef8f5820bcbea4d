import { elementCount, type DoubleTensor, type Tensor } from './tensor.ts';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box of `[B, C, H, W]`, which must lie within it. */
export function cropTensor(from: Tensor, box: Box): Tensor;
export function cropTensor(from: Tensor | DoubleTensor, box: Box): Tensor | DoubleTensor;
export function cropTensor({ shape, data }: Tensor | DoubleTensor, box: Box): Tensor | DoubleTensor {
  const { left, top, width, height } = box;
  const [rows = 1, channels = 1, fromHeight = 1, fromWidth = 1] = shape;
  const to = [rows, channels, height, width];
  const FloatType = data instanceof Float64Array ? Float64Array : Float32Array;
  const cropped = { shape: to, data: new FloatType(elementCount(to)) };
  for (let target = 0; target < elementCount(cropped.shape); target += width) {
    const line = target / width;
    const source = (Math.floor(line / height) * fromHeight + top + (line % height)) * fromWidth + left;
    cropped.data.set(data.subarray(source, source + width), target);
  }
  return cropped as Tensor | DoubleTensor;
}
