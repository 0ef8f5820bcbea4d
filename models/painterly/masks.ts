import { vggLayers } from '../architectures/vggConfig.ts';
import type { Plane } from './plane.ts';
import { gaussianKernel, smooth } from './smooth.ts';
import { torch7Bilinear } from './torch7Resize.ts';

/** `image.gaussian(7, 3, 1, true)`: its width of 3 counts in kernel widths. */
const SOFT_EDGE = gaussianKernel(7, 21);
const MEAN_OF_THREE = Float64Array.of(1 / 3, 1 / 3, 1 / 3);
const DILATION = gaussianKernel(35, 35 / 3);

/**
 * A mask followed down VGG (neural_gram.lua), by layer: every convolution takes the mean of 3x3, where nothing lies outside;
 * every pooling halves the size, rounded up. Values stay soft.
 */
export function maskPyramid(mask: Plane): ReadonlyMap<string, Plane> {
  const levels = new Map<string, Plane>();
  let current = mask;
  for (const layer of vggLayers) {
    if (layer.startsWith('conv')) current = smooth(current, MEAN_OF_THREE);
    if (layer.startsWith('pool')) {
      const half = { width: Math.ceil(current.width / 2), height: Math.ceil(current.height / 2) };
      current = torch7Bilinear(current, half);
    }
    levels.set(layer, current);
  }
  return levels;
}

/** The mask that the result is put into the painting with. */
export function softEdge(mask: Plane): Plane {
  return smooth(mask, SOFT_EDGE);
}

/** The loose mask of a tight one (dilate_mask.m): 1 up to about 15 pixels around it, 0 elsewhere. */
export function dilated(mask: Plane): Plane {
  return selected(smooth(mask, DILATION), 0.1);
}

/** 1 above the threshold, 0 elsewhere. */
export function selected({ width, height, data }: Plane, threshold: number): Plane {
  return { width, height, data: data.map((value) => (value > threshold ? 1 : 0)) };
}
