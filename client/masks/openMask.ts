import type { Strokes } from '../../drawing/strokes.ts';
import type { InputPicture } from '../pictures/inputPicture.ts';
import { loadMaskBytes } from '../pictures/loadPicture.ts';
import { drawAside } from './drawAside.ts';
import { DrawnMask } from './drawnMask.ts';

/**
 * The pixels of a drawing, as large as the picture that it was drawn on; before the first stroke, as the picture that is
 * there. Undefined while nothing says how large it is.
 */
export async function openMask({
  strokes,
  picture,
  start,
}: {
  readonly strokes: Strokes;
  readonly picture: HTMLImageElement | undefined;
  readonly start: InputPicture | undefined;
}): Promise<DrawnMask | undefined> {
  const { ops } = strokes;
  const size = ops.length > 0 ? strokes : picture && sizeOf(picture);
  if (!size) return undefined;
  const begin = start && (await loadMaskBytes(start, size));
  if (ops.length > 0) {
    const { pixels } = await drawAside({ strokes, start: begin }, 'editor');
    return new DrawnMask(size, pixels, ops);
  }
  return new DrawnMask(size, begin ?? new Uint8Array(size.width * size.height), ops);
}

function sizeOf({ naturalWidth: width, naturalHeight: height }: HTMLImageElement): {
  width: number;
  height: number;
} {
  return { width, height };
}
