import type { Box } from '../image/box.ts';
import { cropPicture } from '../image/cropPicture.ts';
import { clipPixels } from '../image/clipPixels.ts';
import type { Picture } from '../image/picture.ts';
import { picturesToPixels } from '../image/picturePixels.ts';
import { cropTensor } from '../tensor/cropTensor.ts';
import { resizeBilinear } from '../tensor/resizeBilinear.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { augmentExemplar, type AugmentationStep } from './augmentExemplar.ts';
import { bezierMask, type MaskShape } from './bezierMask.ts';
import type { RandomSource } from './pythonRandom.ts';
import { squareCrop } from './squareCrop.ts';

/** How far the exemplar reaches beyond its box, in pixels. */
const MARGIN = 10;

/** One example to train Paint by Example with. */
export interface ExemplarExample {
  readonly augmentation: readonly AugmentationStep[];
  /** `[1, 3, 224, 224]`, as CLIP takes it. */
  readonly exemplar: Tensor;
  readonly shape: MaskShape;
  /** What is trained on. */
  readonly square: Box;
  /** `[1, 3, S, S]` in [-1, 1]. */
  readonly picture: Tensor;
  /** `[1, 1, S, S]`, 1 = kept; soft at the hole's edge. */
  readonly mask: Tensor;
}

/**
 * An example as the authors' data set makes it of a picture and the boxes of its objects (OpenImageDataset.__getitem__):
 * the same numbers drawn in the same order.
 */
export function exemplarExample(
  picture: Picture,
  options: {
    readonly boxes: readonly Box[];
    /** Of the square that is trained on. */
    readonly size: number;
    /** Probability of a Bezier shape instead of a box. */
    readonly arbitrary: number;
    readonly random: RandomSource;
  },
): ExemplarExample {
  const { random, size, arbitrary } = options;
  const box = random.choice(options.boxes);
  const augmentation = augmentExemplar(exemplarCrop(picture, box), { random });
  const shape = bezierMask(picture, { box, arbitrary, random });
  const square = squareCrop(picture, { extended: shape.extended, random });
  const keep = tensor(
    [1, 1, picture.height, picture.width],
    shape.mask.data.map((value) => 1 - value),
  );
  return {
    augmentation,
    exemplar: clipPixels(augmentation.at(-1)!.picture),
    shape,
    square,
    picture: squared(picturesToPixels([picture]), square, size),
    mask: squared(keep, square, size),
  };
}

/** A box of `[B, C, H, W]` as a square (torchvision's Resize on a tensor: bilinear, not averaging). */
function squared(whole: Tensor, { left, top, right, bottom }: Box, size: number): Tensor {
  const cropped = cropTensor(whole, { left, top, width: right - left, height: bottom - top });
  return resizeBilinear(cropped, size, size);
}

/** The box and up to ten pixels around it. */
export function exemplarCrop(picture: Picture, box: Box): Picture {
  const left = Math.max(0, box.left - MARGIN);
  const top = Math.max(0, box.top - MARGIN);
  const right = Math.min(picture.width, box.right + MARGIN);
  const bottom = Math.min(picture.height, box.bottom + MARGIN);
  return cropPicture(picture, { left, top, width: right - left, height: bottom - top });
}
