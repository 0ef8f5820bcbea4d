import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { augmentExemplar } from '../../../models/training/augmentExemplar.ts';
import { exemplarCrop } from '../../../models/training/exemplarExample.ts';
import { boxBlur } from '../../../models/training/opencv/boxBlur.ts';
import { resizeLinear } from '../../../models/training/opencv/resizeLinear.ts';
import { warpPicture } from '../../../models/training/opencv/warpPicture.ts';
import { PythonRandom } from '../../../models/training/pythonRandom.ts';

const numbered = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256),
});
const reds = ({ data }: Picture): number[] => Array.from(data.filter((_, i) => i % 3 === 0));

describe('OpenCV’s operations', () => {
  it('resize with weights of 11 bits, each row rounded by itself', () => {
    const picture = numbered(3, 3);
    expect(resizeLinear(picture, picture)).toEqual(picture);
    // Exactly, 33 and 159 would be 34 and 160.
    expect(reds(resizeLinear(picture, { width: 5, height: 4 }))).toEqual([
      0, 8, 21, 33, 42, 39, 48, 60, 73, 81, 87, 95, 108, 120, 129, 126, 134, 147, 159, 168,
    ]);
    expect(reds(resizeLinear(numbered(1, 1), { width: 2, height: 2 }))).toEqual([0, 0, 0, 0]);
  });

  it('move, and mirror what lies beyond the border without the border itself', () => {
    const picture = numbered(6, 5);
    const moved = reds(
      warpPicture(picture, [
        [1, 0, 2],
        [0, 1, 1],
      ]),
    );
    expect(moved[1 * 6 + 2]).toBe(reds(picture)[0]);
    expect(moved[1 * 6 + 1]).toBe(reds(picture)[1]);
  });

  it('blur by the mean', () => {
    const dot = { width: 5, height: 5, data: new Uint8Array(75) };
    dot.data.fill(90, 12 * 3, 12 * 3 + 3);
    expect(boxBlur(dot, 3).data[6 * 3]).toBe(10);
    expect(boxBlur(dot, 3).data[0]).toBe(0);
  });
});

interface Case {
  readonly bbox_x0y0x1y1: readonly [number, number, number, number];
  readonly python_random_seed: number;
}

const golden = fileURLToPath(
  new URL('../../../../shared/golden/paint-by-example/06-training-augmentation/', import.meta.url),
);
const there = existsSync(golden);

it.skipIf(!there)(`augments to the same pixels${there ? '' : ' (skipped: no golden data)'}`, async () => {
  const read = async (file: string): Promise<Picture> =>
    (await decodePicture(await readFile(golden + file), { profile: 'ignore' })).picture;
  const { cases } = JSON.parse(await readFile(`${golden}case.json`, 'utf8')) as {
    readonly cases: Readonly<Record<string, Case>>;
  };
  const files = await readdir(golden);
  const compared: string[] = [];
  for (const [name, { bbox_x0y0x1y1: box, python_random_seed: seed }] of Object.entries(cases)) {
    const [left, top, right, bottom] = box;
    const exemplar = exemplarCrop(await read(`${name}.source.png`), { left, top, right, bottom });
    const random = new PythonRandom(seed);
    // Which box is taken is drawn first.
    random.choice([box]);
    for (const [i, { picture }] of augmentExemplar(exemplar, { random }).entries()) {
      const file = files.find((each) => each.startsWith(`${name}.ref${i}.`));
      if (!file) continue;
      const { data } = await read(file);
      expect([file, picture.data.filter((level, at) => level !== data[at]).length]).toEqual([file, 0]);
      compared.push(file);
    }
  }
  expect(compared.length).toBeGreaterThan(4);
});
