import { afterAll, describe, expect, it } from 'vitest';
import type { Mask, Picture } from '../../../models/image/picture.ts';
import { dphPassOne } from '../../../nodes/harmonise/dphPassOne.ts';
import { dphPassTwo } from '../../../nodes/harmonise/dphPassTwo.ts';
import { dphPost } from '../../../nodes/harmonise/dphPost.ts';
import { vggFeatures } from '../../../nodes/optimise/vggFeatures.ts';
import { callNode } from '../../pure/nodes/callNode.ts';
import { painted, smallPool, smallVgg, smallWeights } from './smallVgg.ts';

afterAll(() => smallPool.release());
const vgg = smallVgg();

function box(
  width: number,
  height: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Mask {
  const inside = (i: number) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < right && y >= top && y < bottom;
  };
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => (inside(i) ? 1 : 0)),
  };
}
const [width, height] = [70, 56];
const painting = painted(width, height, 1);
const mask = box(width, height, [25, 20, 45, 40]);
const pastedInto = (where: Mask): Picture => {
  const object = painted(where.width, where.height, 3).data;
  return {
    ...painting,
    data: painting.data.map((level, i) => (where.data[Math.floor(i / 3)] ? object[i]! : level)),
  };
};
const image = pastedInto(mask);
const few = { iterations: 6, every: 2 };

describe('Deep Painterly Harmonization as nodes', () => {
  it('takes a pasted object through both passes and the clean-up, and leaves the rest of the painting alone', async () => {
    const one = await callNode(dphPassOne, { vgg, image, painting, mask }, few);
    expect(one.optimised.map(({ step, of, picture }) => [step, of, picture !== undefined])).toEqual([
      [1, 6, false],
      [2, 6, true],
      [3, 6, false],
      [4, 6, true],
      [5, 6, false],
      [6, 6, true],
    ]);
    expect(one.optimised[5]!.losses['total']).toBeLessThan(one.optimised[0]!.losses['total']!);
    expect(Object.keys(one.optimised[0]!.losses)).toEqual([
      'total',
      'content relu4_1',
      'style relu3_1',
      'style relu4_1',
      'style relu5_1',
    ]);
    expect(Object.keys(one.optimised[0]!.values!)).toEqual(['smoothness']);
    const first = one.outputs['image'] as Picture;
    const two = await callNode(
      dphPassTwo,
      { vgg, image, first, painting, mask },
      { ...few, optimiser: 'adam', rate: 2 },
    );
    expect(two.notes['weights']).toMatch(/^content 1\.00, style 5\.00, histogram \d.*, smoothness \d/);
    const result = two.outputs['image'] as Picture;
    const post = await callNode(dphPost, { image: result, composite: image, painting, mask });
    const last = post.outputs['image'] as Picture;
    for (const picture of [first, result, last]) {
      expect(at(picture, 2, 2)).toEqual(at(painting, 2, 2));
      expect(picture.data).not.toEqual(image.data);
    }
    expect(at(result, 35, 30)).not.toEqual(at(painting, 35, 30));
  });

  it.each([
    ['touches two borders', [0, 0, 30, 20]],
    ['covers everything', [0, 0, width, height]],
    ['is one pixel, at a place of the matched layer', [31, 32, 32, 33]],
    ['is one pixel, between two such places', [34, 29, 35, 30]],
  ] as const)('takes a mask that %s', async (_, corners) => {
    const where = box(width, height, corners);
    const inputs = { vgg, image: pastedInto(where), painting, mask: where };
    const one = await callNode(dphPassOne, inputs, few);
    const first = one.outputs['image'] as Picture;
    const two = await callNode(dphPassTwo, { ...inputs, first }, few);
    for (const { optimised, notes } of [one, two]) {
      expect(notes).not.toHaveProperty('warning');
      expect(Object.values(optimised.at(-1)!.losses).every(Number.isFinite)).toBe(true);
    }
  });

  it('gives the painting back for an empty mask, and says so', async () => {
    const empty = box(width, height, [0, 0, 0, 0]);
    const one = await callNode(dphPassOne, { vgg, image, painting, mask: empty });
    expect(one.outputs['image']).toBe(painting);
    expect(one.notes['warning']).toBe('The mask selects nothing: the painting stays as it is');
  });

  it('says when the loose mask selects nothing', async () => {
    const loose = box(width, height, [0, 0, 0, 0]);
    const one = await callNode(dphPassOne, { vgg, image, painting, mask, loose }, few);
    expect(one.notes['warning']).toBe('The loose mask selects nothing: the object stays as it was pasted');
    const first = one.outputs['image'] as Picture;
    const two = await callNode(dphPassTwo, { vgg, image, first, painting, mask, loose }, few);
    expect(two.outputs['image']).toEqual(first);
    expect([...one.optimised, ...two.optimised]).toEqual([]);
  });

  it('says what is wrong with sizes', async () => {
    const small = painted(40, 56, 1);
    const [passes, tiny] = [dphPassOne, painted(40, 47, 1)];
    await expect(callNode(passes, { vgg, image, painting: small, mask })).rejects.toThrow(
      'The painting has 40 x 56 pixels, the picture with the object in it 70 x 56: they must be of one size',
    );
    await expect(callNode(passes, { vgg, image: tiny, painting: tiny, mask })).rejects.toThrow(
      'expected 48 at least',
    );
    await expect(callNode(dphPassTwo, { vgg, image, first: small, painting, mask })).rejects.toThrow(
      'Pass 1 has 40',
    );
    await expect(callNode(dphPost, { image, composite: image, painting: small, mask })).rejects.toThrow(
      'of one size',
    );
    const dot = painted(6, 6, 1);
    const post = { image: dot, composite: dot, painting: dot, mask };
    await expect(callNode(dphPost, post)).rejects.toThrow('expected 7 at least on each side');
  });

  it('says when the network is damaged', async () => {
    const spoilt = {
      ...smallWeights,
      read: async (name: string) => {
        const bytes = await smallWeights.read(name);
        return name === 'conv2_1.bias' ? new Uint8Array(new Float32Array(6).fill(NaN).buffer) : bytes;
      },
    };
    const broken = smallVgg(spoilt, 'nan');
    await expect(callNode(dphPassOne, { vgg: broken, image, painting, mask }, few)).rejects.toThrow(
      /The loss of content relu4_1 is NaN before the first step/,
    );
    await expect(callNode(vggFeatures, { vgg: broken, image }, { layers: 'relu2_2' })).rejects.toThrow(
      'The response of relu2_2 contains NaN',
    );
  });
});

function at({ width: across, data }: Picture, x: number, y: number): number[] {
  return [...data.subarray((y * across + x) * 3, (y * across + x) * 3 + 3)];
}

describe('VGG Features', () => {
  it('gives the layers asked for in the network’s order, with a picture of the deepest', async () => {
    const { outputs, shown, notes } = await callNode(
      vggFeatures,
      { vgg, image },
      { layers: 'relu2_1; relu1_1' },
    );
    const { layers } = outputs['responses'] as { layers: Map<string, { shape: number[] }> };
    expect([...layers].map(([name, { shape }]) => [name, shape])).toEqual([
      ['relu1_1', [1, 4, 56, 70]],
      ['relu2_1', [1, 6, 28, 35]],
    ]);
    expect(shown[0]!.picture).toMatchObject({ width, height });
    expect(notes['relu2_1']).toMatch(/^6 channels of 35 x 28, mean /);
  });

  it('names a layer that there is not, and refuses what is too large', async () => {
    await expect(callNode(vggFeatures, { vgg, image }, { layers: 'relu9_1' })).rejects.toThrow(
      'This VGG has no layer "relu9_1": expected names from conv1_1 to relu5_1.',
    );
    await expect(callNode(vggFeatures, { vgg, image }, { layers: ' ' })).rejects.toThrow('No layer is named');
    const huge = { width: 4000, height: 4000, data: new Uint8Array(0) };
    await expect(callNode(vggFeatures, { vgg, image: huge })).rejects.toThrow(
      '4000 x 4000 pixels; at most 4 million',
    );
  });
});
