import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import { openVgg } from '../../models/catalog/openVgg.ts';
import { vggWeights } from '../../models/catalog/vggWeights.ts';
import type { VggConfig } from '../../models/architectures/vggConfig.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { tensor } from '../../models/tensor/tensor.ts';
import { toVggPixels, fromVggPixels } from '../../models/vision/vggPixels.ts';
import { openWeightFile } from '../../models/weights/openWeightFile.ts';

const pool = new SessionPool({ budgetBytes: 2 ** 28 });
afterAll(() => pool.release());
const place = { pool, device: 'cpu' } as const;

const small = (config: VggConfig) =>
  openVgg({
    network: { config, weights: generateWeights({ kind: 'vgg', config }) },
    hash: JSON.stringify(config),
    place,
  });

describe('VGG-19', () => {
  it('halves rounding up, and gives what is asked for in any order', async () => {
    const vgg = small({ pixels: 'caffe', convChannels: [4, 4, 6, 6, 8] });
    expect(vgg.layers.at(-1)).toBe('relu3_1');
    const found = await vgg.responses(tensor([1, 3, 13, 10]), ['relu3_1', 'pool1', 'relu1_1']);
    expect([...found].map(([name, { shape }]) => [name, shape])).toEqual([
      ['relu3_1', [1, 8, 4, 3]],
      ['pool1', [1, 4, 7, 5]],
      ['relu1_1', [1, 4, 13, 10]],
    ]);
  });

  it('holds no session when it has answered', async () => {
    const vgg = small({ pixels: 'caffe', convChannels: [4] });
    await vgg.responses(tensor([1, 3, 4, 4]), ['relu1_1']);
    await vgg.withGraph(
      { name: 'none', build: ({ graph }) => graph.output('x', graph.scalar(1)) },
      async () => {
        expect(pool.bytes).toBeGreaterThan(0);
      },
    );
    expect(pool.bytes).toBe(0);
  });

  it('answers nothing where no layer is asked for: a picture may be drawn to its style alone', async () => {
    const vgg = small({ pixels: 'caffe', convChannels: [4] });
    expect(await vgg.responses(tensor([1, 3, 4, 4]), [])).toEqual(new Map());
  });

  it('takes pictures of one pixel, and says which layers it has', async () => {
    const vgg = small({ pixels: 'torchvision', convChannels: [4, 4, 6] });
    expect((await vgg.responses(tensor([1, 3, 1, 1]), ['relu2_1'])).get('relu2_1')!.shape).toEqual([
      1, 6, 1, 1,
    ]);
    await expect(vgg.responses(tensor([1, 3, 8, 8]), ['relu1_1', 'relu4_1'])).rejects.toThrow(
      'VGG has no layer relu4_1 here: it reaches from conv1_1 to relu2_1',
    );
    await expect(vgg.responses(tensor([3, 8, 8]), ['relu1_1'])).rejects.toThrow('found [3, 8, 8]');
    expect(() => vgg.withPixels('normalised')).toThrow('This VGG takes torchvision pixels');
  });

  it('sees other colours when the same weights stand for another training', async () => {
    const vgg = small({ pixels: 'torchvision', convChannels: [4] });
    const caffe = vgg.withPixels('caffe');
    const grey = tensor([1, 3, 4, 4], new Float32Array(48).fill(0.5));
    const [one, other] = await Promise.all([vgg, caffe].map((each) => each.responses(grey, ['relu1_1'])));
    expect(one!.get('relu1_1')!.data).not.toEqual(other!.get('relu1_1')!.data);
    expect(caffe.key).not.toBe(vgg.key);
  });

  it.each([
    // Blue comes first.
    ['caffe', 0.75 * 256 - 103.939],
    ['torchvision', -0.485 / 0.229],
    ['normalised', 0],
  ] as const)('%s colours go there and back', (pixels, first) => {
    const colours = tensor([1, 3, 1, 2], Float32Array.of(0, 1, 0.25, 0.5, 0.75, 0.125));
    const there = toVggPixels(colours, pixels);
    const back = fromVggPixels(there, pixels);
    for (const [i, value] of colours.data.entries()) expect(back.data[i]).toBeCloseTo(value, 5);
    expect(there.data[0]).toBeCloseTo(first, 4);
  });

  it('takes several pictures, each by itself', () => {
    const [one, other] = [Float32Array.of(0, 0.5, 1), Float32Array.of(0.25, 0.75, 0.125)];
    const both = toVggPixels(tensor([2, 3, 1, 1], Float32Array.of(...one, ...other)), 'torchvision');
    const single = [one, other].map((data) => toVggPixels(tensor([1, 3, 1, 1], data), 'torchvision').data);
    expect([...both.data]).toEqual(single.flatMap((data) => [...data]));
  });

  it('rounds 8-bit levels once: float32 does not hold them, and Caffe’s scale would show it', () => {
    const levels = Array.from({ length: 256 }, (_, level) => level);
    const grey = tensor(
      [1, 3, 16, 16],
      Float32Array.from([...levels, ...levels, ...levels], (v) => v / 255),
    );
    const blue = toVggPixels(grey, 'caffe').data.subarray(0, 256);
    expect([...blue]).toEqual(levels.map((level) => Math.fround((level / 255) * 256 - 103.939)));
  });
});

const golden = fileURLToPath(new URL('../../../shared/golden/phdiffusion/training-step/', import.meta.url));
const absent = !existsSync(golden);

describe.skipIf(absent)(
  `vgg_normalised${absent ? ' (skipped: no golden data at ../shared/golden)' : ''}`,
  () => {
    it.each(['vgg.safetensors', 'vgg_normalised-tiny.pth', 'vgg_normalised-tiny-legacy.pth'])(
      'answers as the authors’ network, from %s',
      async (file) => {
        const network = vggWeights(await openWeightFile(golden + file))!;
        const vgg = openVgg({ network, hash: file, place });
        const read = async (name: string, from: string) => {
          const source = await openWeightFile(golden + from);
          const { shape } = source.tensors.get(name)!;
          return tensor(shape, new Float32Array((await source.read(name)).slice().buffer));
        };
        const picture = await read('pred_image', 'forward.safetensors');
        const expected = await read('relu4_1.pred', 'losses.safetensors');
        const found = (await vgg.responses(picture, ['relu4_1'])).get('relu4_1')!;
        expect(found.shape).toEqual(expected.shape);
        const worst = found.data.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)),
          0,
        );
        const peak = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(worst).toBeLessThan(1e-5 * peak);
      },
    );
  },
);
