import { createHash } from 'node:crypto';
import type { Tensor } from './tensor.ts';

/** SHA-256 (hex) of a tensor's values and shape: what a denoiser's key says of it. */
export function hashTensor({ shape, data }: Tensor): string {
  const hash = createHash('sha256').update(`${shape.join('x')} `);
  return hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');
}
