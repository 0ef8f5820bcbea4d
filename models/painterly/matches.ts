import { tensor, type Tensor } from '../tensor/tensor.ts';

/** For every position of a layer the position of the painting that is most like it. */
export interface Matches {
  readonly width: number;
  readonly height: number;
  readonly x: Int32Array;
  readonly y: Int32Array;
}

export function emptyMatches(width: number, height: number): Matches {
  return { width, height, x: new Int32Array(width * height), y: new Int32Array(width * height) };
}

/** The painting's responses `[1, C, H, W]` at the matched positions, `[1, C, h, w]`. */
export function matchedResponses({ shape, data }: Tensor, { width, height, x, y }: Matches): Tensor {
  const [, channels = 0, fromHeight = 0, fromWidth = 0] = shape;
  const result = tensor([1, channels, height, width]);
  const area = width * height;
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < area; i++)
      result.data[channel * area + i] = data[(channel * fromHeight + y[i]!) * fromWidth + x[i]!]!;
  return result;
}
