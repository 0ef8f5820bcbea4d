import { fromFloat16, toFloat16 } from '../tensor/float16.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FeatureUsage } from './trajectory.ts';

type Precision = FeatureUsage['precision'];

export function bytesPerValue(precision: Precision): number {
  return precision === 'float16' ? 2 : 4;
}

/** A copy of the values as bytes in the machine's order (little-endian everywhere Impasto runs). */
export function encodeFeatures(values: Float32Array, precision: Precision): Uint8Array {
  const stored = precision === 'float16' ? toFloat16(values) : values.slice();
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** The values again. Float32 is not copied; `bytes` must start at a multiple of four in its buffer, as fresh arrays do. */
export function decodeFeatures(bytes: Uint8Array, shape: readonly number[], precision: Precision): Tensor {
  const count = elementCount(shape);
  const data =
    precision === 'float16'
      ? fromFloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, count))
      : new Float32Array(bytes.buffer, bytes.byteOffset, count);
  return { shape, data };
}
