import { luminance } from '../../../../../models/image/luminance.ts';
import { maskToTensor } from '../../../../../models/image/maskTensor.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import { resizeNearest } from '../../../../../models/tensor/resizeNearest.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import {
  movedWindow,
  windowMask,
  type Window,
} from '../../../../../models/training/phdiffusion/contrastiveWindow.ts';
import type { GoldenCase } from '../../goldenCase.ts';

/** The pictures of a training step, in [-1, 1], and its masks in [0, 1]. */
export interface HarmonyPictures {
  readonly composite: Tensor;
  readonly mask: Tensor;
  readonly style: Tensor;
  readonly others: Tensor;
}

/** `content_B.png`, `style_B.png`, `mask_B.png` and `compare_B_J.png` of a case. */
export async function harmonyPictures(golden: GoldenCase): Promise<HarmonyPictures> {
  const all = async (pattern: RegExp): Promise<Picture[]> => {
    const names = (await golden.names()).filter((name) => pattern.test(name));
    const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return Promise.all(sorted.map((name) => golden.picture(name)));
  };
  const content = stack((await all(/^content_\d+\.png$/)).map(units));
  const style = stack((await all(/^style_\d+\.png$/)).map(units));
  const mask = stack((await all(/^mask_\d+\.png$/)).map((picture) => maskToTensor(luminance(picture))));
  const others = stack((await all(/^compare_\d+_\d+\.png$/)).map(units));
  return {
    composite: signed(composed(content, style, mask)),
    mask,
    style: signed(style),
    others: signed(others),
  };
}

/** A picture as `[1, 3, H, W]` in [0, 1]. */
function units({ width, height, data }: Picture): Tensor {
  const area = width * height;
  const values = Float32Array.from(
    { length: 3 * area },
    (_, i) => data[(i % area) * 3 + Math.floor(i / area)]! / 255,
  );
  return { shape: [1, 3, height, width], data: values };
}

const signed = ({ shape, data }: Tensor): Tensor => ({ shape, data: data.map((value) => value * 2 - 1) });

function composed(content: Tensor, style: Tensor, { shape, data: mask }: Tensor): Tensor {
  const area = shape[2]! * shape[3]!;
  const at = (i: number) => mask[Math.floor(i / (3 * area)) * area + (i % area)]!;
  const data = content.data.map((value, i) => value * at(i) + style.data[i]! * (1 - at(i)));
  return { shape: content.shape, data };
}

export function stack(parts: readonly Tensor[]): Tensor {
  const { shape, data } = parts[0]!;
  const all = tensor([parts.reduce((sum, part) => sum + part.shape[0]!, 0), ...shape.slice(1)]);
  let offset = 0;
  for (const part of parts) {
    all.data.set(part.data, offset);
    offset += data.length;
  }
  return all;
}

/** Row `row` of a batch. */
export function rowOf({ shape, data }: Tensor, row: number): Tensor {
  const size = data.length / shape[0]!;
  return { shape: [1, ...shape.slice(1)], data: data.slice(row * size, (row + 1) * size) };
}

/** Feeds for styleTerms: masks at the sizes of the layers, and the windows of every row. */
export function styleFeeds(
  { mask, style, others }: Pick<HarmonyPictures, 'mask' | 'style' | 'others'>,
  options: {
    readonly sizes: readonly (readonly [number, number])[];
    readonly anchors: readonly Window[];
    readonly offsets: readonly { readonly left: number; readonly bottom: number }[];
  },
): Record<string, Tensor> {
  const { sizes, anchors, offsets } = options;
  const [height, width] = sizes[2]!;
  const keys = anchors.map((anchor, row) => windowMask(movedWindow(anchor, offsets[row]!), height, width));
  const n = others.shape[0]! / anchors.length;
  return {
    style,
    others,
    ...Object.fromEntries(sizes.map(([h, w], layer) => [`style_mask.${layer}`, resizeNearest(mask, h, w)])),
    anchor_window: stack(anchors.map((anchor) => windowMask(anchor, height, width))),
    key_window: stack(keys),
    others_window: stack(keys.flatMap((key) => Array<Tensor>(n).fill(key))),
  };
}
