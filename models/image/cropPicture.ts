import type { Picture } from './picture.ts';

export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
/** What lies in the box; outside the picture it is black, as torchvision pads. */
export function cropPicture(picture: Picture, box: CropBox): Picture {
  throw new Error('Not there yet');
}

/** torchvision's CenterCrop: offset = round((size - crop) / 2), halves to even; pads with black when too small. */
export function centerCrop(picture: Picture, width: number, height: number): Picture {
  throw new Error('Not there yet');
}
