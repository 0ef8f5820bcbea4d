import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../models/image/encodePicture.ts';
import type { Mask, Picture } from '../../../models/image/picture.ts';
import { adjustMask } from '../../../nodes/mask/adjustMask.ts';
import { autoMask } from '../../../nodes/mask/autoMask.ts';
import { combineMasks } from '../../../nodes/mask/combineMasks.ts';
import { augmentExemplar } from '../../../nodes/inpaint/augmentExemplar.ts';
import { bezierMask } from '../../../nodes/inpaint/bezierMask.ts';
import { drawMask } from '../../../nodes/mask/drawMask.ts';
import { loadMask } from '../../../nodes/mask/loadMask.ts';
import { previewMask } from '../../../nodes/mask/previewMask.ts';
import type { NodeDefinition } from '../../../nodes/contract/node.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { migrateNodes } from '../../../workflows/schema/migrate.ts';
import { toyDocument } from '../engine/toyNodes.ts';
import { callNode } from './callNode.ts';

function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), i * 3);
  return { width, height, data };
}

function mask(width: number, height: number, value: (x: number, y: number) => number): Mask {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

const grey = picture(32, 24, () => [128, 128, 128]);
const inSquare = (x: number, y: number): boolean => x >= 8 && x < 20 && y >= 6 && y < 18;
const square = mask(32, 24, (x, y) => Number(inSquare(x, y)));
const sum = ({ data }: Mask): number => data.reduce((total, value) => total + value, 0);

async function maskOf(node: NodeDefinition, inputs: object, params: object = {}): Promise<Mask> {
  const { outputs } = await callNode(node, { ...inputs }, { ...params });
  return outputs['mask'] as Mask;
}

describe('Draw Mask', () => {
  const polygon = { op: 'polygon', mode: 'add', points: '8,6 20,6 20,18 8,18' };
  const strokes = (...ops: object[]) => ({ strokes: { width: 32, height: 24, ops } });

  it('gives what the strokes say', async () => {
    expect(await maskOf(drawMask, { image: grey }, strokes(polygon))).toEqual(square);
  });

  it('draws on a mask that is wired in, and leaves it alone without strokes', async () => {
    const soft = mask(32, 24, () => 0.123);
    expect(await maskOf(drawMask, { image: grey, mask: soft })).toEqual(soft);
    expect(await maskOf(drawMask, { image: grey, mask: square }, strokes({ op: 'invert' }))).toEqual(
      mask(32, 24, (x, y) => Number(!inSquare(x, y))),
    );
  });

  it('selects nothing when nothing is drawn, and says so', async () => {
    const { outputs, notes } = await callNode(drawMask, { image: grey });
    expect(sum(outputs['mask'] as Mask)).toBe(0);
    expect(notes).toMatchObject({ selected: 'nothing' });
  });

  it('stretches the drawing to a picture of another size', async () => {
    const found = await maskOf(drawMask, { image: picture(64, 48, () => [0, 0, 0]) }, strokes(polygon));
    expect([found.width, found.height]).toEqual([64, 48]);
    expect(Math.abs(sum(found) - 4 * 144)).toBeLessThan(8);
  });
});

describe('Load Mask', () => {
  const opened = async (source: Picture, params: object = {}) => {
    const bytes = await encodePng(source);
    const services = { readFile: async () => bytes };
    const { outputs } = await callNode(loadMask, {}, { image: 'x', ...params }, services);
    return outputs['mask'] as Mask;
  };
  const levels = picture(4, 1, (x) => [x * 85, x * 85, x * 85]);

  it('takes brightness as Pillow does, thresholds and inverts it', async () => {
    expect((await opened(levels)).data).toEqual(Float32Array.of(0, 85 / 255, 170 / 255, 1));
    expect([...(await opened(picture(1, 1, () => [255, 0, 0]))).data]).toEqual([Math.fround(76 / 255)]);
    expect([...(await opened(levels, { threshold: 0.5 })).data]).toEqual([0, 0, 1, 1]);
    expect([...(await opened(levels, { threshold: 0.5, invert: true })).data]).toEqual([1, 1, 0, 0]);
  });

  it('selects everything by the transparency of a file without any', async () => {
    expect([...(await opened(levels, { from: 'alpha' })).data]).toEqual([1, 1, 1, 1]);
  });
});

describe('Adjust Mask', () => {
  it('leaves a mask alone by default, soft values included', async () => {
    const soft = mask(5, 5, (x) => x / 7);
    expect(await maskOf(adjustMask, { mask: soft })).toEqual(soft);
  });

  it('grows, shrinks, feathers, sharpens and inverts', async () => {
    expect(sum(await maskOf(adjustMask, { mask: square }, { grow: 2 }))).toBeGreaterThan(220);
    expect(sum(await maskOf(adjustMask, { mask: square }, { grow: -2 }))).toBe(64);
    const soft = await maskOf(adjustMask, { mask: square }, { feather: 3 });
    expect(new Set(soft.data).size).toBeGreaterThan(4);
    const sharp = await maskOf(adjustMask, { mask: soft }, { threshold: 0.5 });
    expect(new Set(sharp.data)).toEqual(new Set([0, 1]));
    expect(Math.abs(sum(sharp) - 144)).toBeLessThan(12);
    expect(sum(await maskOf(adjustMask, { mask: square }, { invert: true }))).toBe(32 * 24 - 144);
  });

  it('takes the size of a picture', async () => {
    const found = await maskOf(adjustMask, { mask: square, image: picture(16, 12, () => [0, 0, 0]) });
    expect([found.width, found.height, sum(found)]).toEqual([16, 12, 36]);
  });

  it.each([
    ['empty', 0],
    ['full', 1],
  ])('keeps an %s mask %s', async (_, value) => {
    const found = await maskOf(adjustMask, { mask: mask(9, 7, () => value) }, { grow: -3, feather: 4 });
    expect(new Set(found.data)).toEqual(new Set([value]));
  });
});

it('Combine Masks unites, intersects and subtracts, and stretches the second', async () => {
  const left = mask(32, 24, (x) => Number(x < 16));
  const both = (operation: string) => maskOf(combineMasks, { first: square, second: left }, { operation });
  expect(sum(await both('union'))).toBe(16 * 24 + 4 * 12);
  expect(sum(await both('intersection'))).toBe(8 * 12);
  expect(sum(await both('difference'))).toBe(4 * 12);
  const small = mask(2, 1, (x) => Number(x === 0));
  const found = await maskOf(combineMasks, { first: square, second: small }, { operation: 'intersection' });
  expect([found.width, found.height]).toEqual([32, 24]);
});

it('Mask Preview shows tint, greys and cut-out', async () => {
  const shown = async (view: string, inputs: object) =>
    (await callNode(previewMask, { mask: square, ...inputs }, { view })).shown[0]!.picture;
  const at = ({ data }: Picture, x: number, y: number): number[] => [
    ...data.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3),
  ];
  const tint = await shown('tint', { image: grey });
  expect(at(tint, 0, 0)).toEqual([128, 128, 128]);
  expect(at(tint, 10, 10)).not.toEqual([128, 128, 128]);
  expect(at(await shown('mask', { image: grey }), 10, 10)).toEqual([255, 255, 255]);
  const cut = await shown('cutout', { image: grey });
  expect(at(cut, 10, 10)).toEqual([128, 128, 128]);
  expect(at(cut, 0, 0)).not.toEqual(at(cut, 8, 0));
  expect(at(await shown('tint', {}), 10, 10)).toEqual([255, 255, 255]);
});

describe('Auto Mask', () => {
  /** A red square with a green hole on green. */
  const scene = picture(32, 24, (x, y) =>
    inSquare(x, y) && !(x === 12 && y === 12) ? [200, 20, 30] : [10, 200, 40],
  );

  it('finds what is not of the colour of the border, and keeps what lies inside', async () => {
    expect(await maskOf(autoMask, { image: scene })).toEqual(square);
    const holes = await maskOf(autoMask, { image: scene }, { outside: false });
    expect(sum(holes)).toBe(143);
  });

  it('takes a key colour', async () => {
    const found = await maskOf(autoMask, { image: scene }, { colour: '#c8141e', outside: false });
    expect(sum(found)).toBe(32 * 24 - 143);
    expect(await maskOf(autoMask, { image: scene }, { colour: '#CB1', outside: false })).toEqual(
      await maskOf(autoMask, { image: scene }, { colour: 'ccbb11', outside: false }),
    );
    for (const colour of ['green', '#00ff', '#00ff00ff'])
      expect(() => autoMask.check!(autoMask.params.parse({ colour }), {})).toThrow(
        `like #00ff00 or #0f0, found "${colour}"`,
      );
    const { notes } = await callNode(autoMask, { image: scene });
    expect(notes).toMatchObject({ 'key colour': '#0ac828' });
  });

  it('finds what differs from a second picture', async () => {
    const other = picture(32, 24, () => [10, 200, 40]);
    expect(await maskOf(autoMask, { image: scene, other })).toEqual(square);
    expect(sum(await maskOf(autoMask, { image: scene, other }, { outside: false }))).toBe(143);
  });

  it('keeps the holes of what version 1 found by difference', () => {
    const saved = toyDocument({ a: ['mask/auto', { method: 'difference' }], b: ['mask/auto'] }, []);
    const lifted = migrateNodes(saved, nodeRegistry).nodes.map(({ version, params }) => ({
      version,
      params,
    }));
    expect(lifted).toEqual([
      { version: 2, params: { method: 'difference', outside: false } },
      { version: 2, params: {} },
    ]);
  });

  it('says so when it finds nothing, or no background', async () => {
    const warning = async (inputs: object, params: object = {}) =>
      (await callNode(autoMask, { image: scene, ...inputs }, { ...params })).notes['warning'];
    const full = mask(32, 24, () => 1);
    expect(await warning({ alpha: full }, { method: 'alpha' })).toMatch(/has no transparency/);
    expect(await warning({ other: scene })).toMatch(/look the same: lower Tolerance/);
    expect(await warning({}, { tolerance: 1 })).toMatch(/looks like the key colour: lower Tolerance/);
    expect(await warning({}, { colour: '#0000ff' })).toMatch(/raise Tolerance, or choose another colour/);
    expect(await warning({})).toBeUndefined();
  });

  it('prefers transparency when there is any', async () => {
    const { outputs, notes } = await callNode(autoMask, { image: scene, alpha: square });
    expect(outputs['mask']).toEqual(square);
    expect(notes).toMatchObject({ method: 'alpha' });
    const opaque = await callNode(autoMask, { image: scene, alpha: mask(32, 24, () => 1) });
    expect(opaque.notes).toMatchObject({ method: 'colour' });
  });

  it('says what a method is missing', async () => {
    await expect(maskOf(autoMask, { image: scene }, { method: 'difference' })).rejects.toThrow(
      /needs a picture at Second/,
    );
  });
});

describe('Bezier Mask', () => {
  it('draws a shape about the box of a mask, the same for the same seed', async () => {
    const shaped = (seed: string) => maskOf(bezierMask, { mask: square }, { seed });
    const found = await shaped('3');
    expect(found).toEqual(await shaped('3'));
    expect(found).not.toEqual(await shaped('4'));
    expect(found.data[12 * 32 + 14]).toBe(1);
    await expect(maskOf(bezierMask, { mask: mask(9, 9, () => 0) })).rejects.toThrow(/selects nothing/);
  });
});

it('Augment Exemplar gives a square of the box, changed by its seed', async () => {
  const scene = picture(32, 24, (x, y) => [x * 8, y * 10, 0]);
  const changed = async (params: object, inputs: object = {}) =>
    (await callNode(augmentExemplar, { image: scene, ...inputs }, { ...params })).outputs['image'] as Picture;
  const one = await changed({ seed: '1', size: 64 });
  expect([one.width, one.height]).toEqual([64, 64]);
  expect(await changed({ seed: '1', size: 64 })).toEqual(one);
  expect(await changed({ seed: '1', size: 64 }, { mask: mask(32, 24, (x) => Number(x < 4)) })).not.toEqual(
    one,
  );
  expect(await changed({ seed: '1', size: 64 }, { mask: mask(32, 24, () => 0) })).toEqual(one);
});
