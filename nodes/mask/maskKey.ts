import { createHash } from 'node:crypto';
import type { Mask } from '../../models/image/picture.ts';

/** Identity of a mask, for the keys of what it shapes. */
export function maskKey({ width, height, data }: Mask): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `${width}x${height} ${createHash('sha256').update(bytes).digest('hex')}`;
}
