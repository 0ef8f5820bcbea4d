import { tensor } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Mask } from './picture.ts';

/**
 * A mask (1 = fill this) as Paint by Example takes it, `[1, 1, height, width]`: 1 = keep, 0 = hole. The published scripts
 * split it at one half, where one half itself is a hole (1 - 128/255 is less than 0.5); `soft` leaves it as it is, as
 * the authors' benchmark does.
 */
export function inpaintMask({ width, height, data }: Mask, edge: 'split' | 'soft' = 'split'): Tensor {
  const keep = tensor([1, 1, height, width]);
  for (let i = 0; i < data.length; i++) {
    const value = Math.fround(1 - data[i]!);
    keep.data[i] = edge === 'soft' ? value : value < 0.5 ? 0 : 1;
  }
  return keep;
}
