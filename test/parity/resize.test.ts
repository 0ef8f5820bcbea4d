import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { centerCrop } from '../../models/image/cropPicture.ts';
import { decodePicture } from '../../models/image/decodePicture.ts';
import type { Picture } from '../../models/image/picture.ts';
import { resizePicture, resizeShorterSide } from '../../models/image/resizePicture.ts';
import type { ResizeFilter } from '../../models/image/resizePicture.ts';

/** Pictures that Pillow and torchvision resized; not part of the repository. */
const golden = fileURLToPath(new URL('../../../shared/golden/metrics/', import.meta.url));

interface ResizeCase {
  readonly png: readonly { readonly file: string; readonly source: string }[];
}

it('resizing agrees with Pillow and torchvision to the last bit', async ({ skip }) => {
  skip(!existsSync(golden), 'there is no golden data at ../shared/golden/metrics');
  const { png } = JSON.parse(await readFile(`${golden}resize/case.json`, 'utf8')) as ResizeCase;
  const read = async (path: string) => (await decodePicture(await readFile(golden + path))).picture;
  for (const { file, source } of png) {
    const resized = resizeAsNamed(await read(source), file);
    const expected = await read(`resize/${file}`);
    expect({ file, same: Buffer.compare(resized.data, expected.data) === 0 }).toEqual({ file, same: true });
  }
  expect(png.length).toBeGreaterThan(0);
});

/** `pil_lanczos_37x23.png`, `tv_resize_short40_bicubic_centercrop38.png` */
function resizeAsNamed(picture: Picture, name: string): Picture {
  const pil = /^pil_(\w+)_(\d+)x(\d+)\.png$/.exec(name);
  if (pil) {
    const filter = pil[1] as ResizeFilter;
    return resizePicture(picture, { width: Number(pil[2]), height: Number(pil[3]), filter });
  }
  const [, size, filter, crop] = /^tv_resize_short(\d+)_([a-z]+)(?:_centercrop(\d+))?\.png$/.exec(name)!;
  const shorter = resizeShorterSide(picture, { size: Number(size), filter: filter as ResizeFilter });
  return crop ? centerCrop(shorter, Number(crop), Number(crop)) : shorter;
}
