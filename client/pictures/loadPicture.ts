import type { InputPicture } from './inputPicture.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture, decoded; rejects when it is gone or none. */
export async function loadPicture(url: string): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}

/** A mask as bytes, stretched to a size: how opaque a picture is, or how light. */
export async function loadMaskBytes(
  { url, part }: Pick<InputPicture, 'url' | 'part'>,
  { width, height }: Size,
): Promise<Uint8Array<ArrayBuffer>> {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(await loadPicture(url), 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const channel = part === 'alpha' ? 3 : 0;
  const bytes = new Uint8Array(width * height);
  for (let i = 0; i < bytes.length; i++) bytes[i] = data[i * 4 + channel]!;
  return bytes;
}
