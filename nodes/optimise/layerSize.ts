import type { Size } from '../../models/painterly/torch7Resize.ts';

/** Of a VGG layer's response to a picture of that size: every pooling halves, rounding up. */
export function layerSize(layer: string, { width, height }: Size): Size {
  const halvings = Number(/\d/.exec(layer)?.[0] ?? 1) - (layer.startsWith('pool') ? 0 : 1);
  const scale = 2 ** halvings;
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}
