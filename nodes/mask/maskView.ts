import type { Mask, Picture } from '../../models/image/picture.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';

/** Seldom in pictures, and neither of the colours that eyes most often confuse. */
const TINT = [255, 0, 170] as const;
const STRENGTH = 0.55;
const SQUARE = 8;

export type MaskViewKind = 'tint' | 'mask' | 'cutout';

/** A mask to look at: as a tint over the picture, in greys, or as what it cuts out, on a chequerboard. */
export function maskView(mask: Mask, kind: MaskViewKind, picture?: Picture): Picture {
  if (!picture || kind === 'mask') return greyView(mask);
  const { width, height } = picture;
  const fitted = resizeMask(mask, picture);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const selected = Math.min(1, Math.max(0, fitted.data[i]!));
    const [x, y] = [i % width, Math.floor(i / width)];
    const board = (Math.floor(x / SQUARE) + Math.floor(y / SQUARE)) % 2 === 0 ? 204 : 153;
    for (let c = 0; c < 3; c++) {
      const own = picture.data[i * 3 + c]!;
      const [share, other] = kind === 'tint' ? [selected * STRENGTH, TINT[c]!] : [1 - selected, board];
      data[i * 3 + c] = Math.round(own + (other - own) * share);
    }
  }
  return { width, height, data };
}

function greyView({ width, height, data: values }: Mask): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < values.length; i++) {
    data.fill(Math.round(Math.min(1, Math.max(0, values[i]!)) * 255), i * 3, i * 3 + 3);
  }
  return { width, height, data };
}
