import { elementTypes } from '../../graph/elementType.ts';
import { elementCount } from '../../tensor/tensor.ts';
import type { StoredTensor } from './storedTensor.ts';

/** Whether the elements lie one after the other, row-major. */
export function isContiguous({ shape, strides }: StoredTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return elementCount(shape) === 0;
    expected *= shape[axis]!;
  }
  return true;
}

/** Elements of the storage from the view's first to its last, both included. */
export function viewSpan({ shape, strides }: StoredTensor): number {
  if (elementCount(shape) === 0) return 0;
  return shape.reduce((span, size, axis) => span + (size - 1) * strides[axis]!, 1);
}

/** The first `count` elements of a view, row-major, from the bytes that it spans. */
export function gatherView(view: StoredTensor, span: Uint8Array, count: number): Uint8Array {
  const { bytes: size } = elementTypes[view.dtype];
  const result = new Uint8Array(count * size);
  const { shape, strides } = view;
  const index = shape.map(() => 0);
  let from = 0;
  for (let done = 0; done < count; done++) {
    for (let i = 0; i < size; i++) result[done * size + i] = span[from * size + i]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
