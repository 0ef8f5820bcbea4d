import { luminance } from '../../../../../models/image/luminance.ts';
import { maskToTensor } from '../../../../../models/image/maskTensor.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import { stackRows } from '../../../../../models/tensor/stackRows.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { HarmonyPictures } from '../../../../../models/training/phdiffusion/harmonyBatch.ts';
import type { GoldenCase } from '../../goldenCase.ts';

/** `content_B.png`, `style_B.png`, `mask_B.png` and `compare_B_J.png` of a case. */
export async function harmonyPictures(golden: GoldenCase): Promise<Omit<HarmonyPictures, 'offsets'>> {
  const all = async (pattern: RegExp): Promise<Picture[]> => {
    const names = (await golden.names()).filter((name) => pattern.test(name));
    const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return Promise.all(sorted.map((name) => golden.picture(name)));
  };
  const content = stackRows((await all(/^content_\d+\.png$/)).map(units));
  const style = stackRows((await all(/^style_\d+\.png$/)).map(units));
  const mask = stackRows((await all(/^mask_\d+\.png$/)).map((picture) => maskToTensor(luminance(picture))));
  const others = stackRows((await all(/^compare_\d+_\d+\.png$/)).map(units));
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
