import type { Picture } from './picture.ts';
import { PictureError } from './pictureError.ts';
import { roundHalfToEven } from './roundHalfToEven.ts';

type Size = Pick<Picture, 'width' | 'height'>;

export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What lies in the box; outside the picture it is black, as torchvision pads. Throws PictureError `bad-size`. */
export function cropPicture(picture: Picture, { left, top, width, height }: CropBox): Picture {
  if (![left, top, width, height].every(Number.isInteger) || width < 1 || height < 1) {
    throw new PictureError('bad-size', `A picture cannot be cropped to ${width} x ${height} pixels.`);
  }
  const data = new Uint8Array(width * height * 3);
  const [from, to] = [Math.max(0, left), Math.min(picture.width, left + width)];
  const end = from < to ? Math.min(picture.height, top + height) : 0;
  for (let y = Math.max(0, top); y < end; y++) {
    const row = picture.data.subarray((y * picture.width + from) * 3, (y * picture.width + to) * 3);
    data.set(row, ((y - top) * width + from - left) * 3);
  }
  return { width, height, data };
}

/** torchvision's CenterCrop: offset = round((size - crop) / 2), halves to even; black borders where it is too small. */
export function centerCrop(picture: Picture, width: number, height: number): Picture {
  return cropPicture(picture, centerBox(picture, { width, height }));
}

/** What torchvision's CenterCrop keeps of a picture. */
export function centerBox(picture: Size, { width, height }: Size): CropBox {
  return {
    left: centerOffset(picture.width, width),
    top: centerOffset(picture.height, height),
    width,
    height,
  };
}

function centerOffset(size: number, crop: number): number {
  if (crop > size) return -Math.floor((crop - size) / 2);
  return roundHalfToEven((size - crop) / 2);
}
