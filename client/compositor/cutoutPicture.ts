import type { InputState } from '../pictures/inputPicture.ts';
import { loadOpaquePicture } from '../pictures/loadOpaquePicture.ts';
import { loadMaskBytes, loadPicture } from '../pictures/loadPicture.ts';

export interface ShownPicture {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** More than this is not seen on a screen, and would only make moving it slow. */
const MOST_PIXELS = 4_000_000;

export async function shownPicture(input: InputState): Promise<ShownPicture | undefined> {
  if (typeof input === 'string') return undefined;
  const { naturalWidth: width, naturalHeight: height } = await loadPicture(input.url);
  return { url: input.url, width, height };
}

/**
 * The cut-out with its mask, as it lies on the background; without a mask all of it, whatever its own transparency. A
 * `blob:` address is to be revoked when it is not shown any more.
 */
export async function cutoutPicture(cutout: InputState, mask: InputState): Promise<ShownPicture | undefined> {
  const shown = await shownPicture(cutout);
  if (!shown || typeof cutout === 'string') return undefined;
  // What a browser shows of a transparent picture is just that.
  if (typeof mask !== 'string' && mask.part === 'alpha' && mask.url === cutout.url) return shown;
  const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (shown.width * shown.height)));
  const size = {
    width: Math.max(1, Math.round(shown.width * shrink)),
    height: Math.max(1, Math.round(shown.height * shrink)),
  };
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(await loadOpaquePicture(cutout.url), 0, 0, size.width, size.height);
  const pixels = context.getImageData(0, 0, size.width, size.height);
  const selected = typeof mask === 'string' ? undefined : await loadMaskBytes(mask, size);
  for (let i = 0; i < size.width * size.height; i++) pixels.data[i * 4 + 3] = selected ? selected[i]! : 255;
  context.putImageData(pixels, 0, 0);
  return { ...shown, url: URL.createObjectURL(await canvas.convertToBlob()) };
}
