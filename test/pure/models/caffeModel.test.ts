import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PbfWriter } from 'pbf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vggWeights } from '../../../models/catalog/vggWeights.ts';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';

interface Blob {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** One layer with blobs, in either layout of caffe.proto. */
function layer(name: string, blobs: readonly Blob[], form: 'v1' | 'new'): (out: PbfWriter) => void {
  const [field, nameField, blobField] = form === 'v1' ? [2, 4, 6] : [100, 1, 7];
  return (out) =>
    out.writeMessage(
      field!,
      (_: unknown, net: PbfWriter) => {
        net.writeStringField(nameField!, name);
        net.writeVarintField(10, 1);
        for (const blob of blobs)
          net.writeMessage(
            blobField!,
            (_: unknown, w: PbfWriter) => {
              if (form === 'v1') blob.dims.forEach((dim, axis) => w.writeVarintField(axis + 1, dim));
              else
                w.writeMessage(
                  7,
                  (_: unknown, shape: PbfWriter) => shape.writePackedVarint(1, [...blob.dims]),
                  0,
                );
              w.writePackedFloat(5, [...blob.values]);
            },
            0,
          );
      },
      0,
    );
}

function net(...layers: ((out: PbfWriter) => void)[]): Uint8Array {
  const out = new PbfWriter();
  out.writeStringField(1, 'net');
  for (const write of layers) write(out);
  return out.finish();
}

const matrix: Blob = { dims: [1, 1, 2, 3], values: [1, 2, 3, 4, 5, 6] };
const bias: Blob = { dims: [1, 1, 1, 2], values: [7, 8] };

describe("Caffe's models", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'impasto-caffe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const opened = async (bytes: Uint8Array) => {
    const path = join(folder, 'net.caffemodel');
    await writeFile(path, bytes);
    return openWeightFile(path);
  };
  const floats = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)];

  it('are read in the layout of 2014', async () => {
    const source = await opened(net(layer('data', [], 'v1'), layer('fc6', [matrix, bias], 'v1')));
    expect([...source.tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['fc6.weight', [2, 3]],
      ['fc6.bias', [2]],
    ]);
    expect(floats(await source.read('fc6.weight'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(floats(await source.read('fc6.bias', 4))).toEqual([7]);
  });

  it('are read in the present layout, with shapes as they are stored', async () => {
    const source = await opened(
      net(
        layer(
          'fc6',
          [
            { ...matrix, dims: [2, 3] },
            { ...bias, dims: [2] },
          ],
          'new',
        ),
      ),
    );
    expect(source.tensors.get('fc6.weight')!.shape).toEqual([2, 3]);
    expect(floats(await source.read('fc6.bias'))).toEqual([7, 8]);
  });

  it('say in a sentence where they are cut off, wherever that is', async () => {
    const whole = net(layer('conv1_1', [matrix, bias], 'v1'));
    for (let length = 6; length < whole.length; length++) {
      const error = await opened(whole.subarray(0, length)).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error?.message, `${length} bytes`).toMatch(/^net\.caffemodel: this is no Caffe model/);
    }
  });

  it('are refused when sizes are wrong or a tensor is there twice', async () => {
    await expect(opened(net(layer('a', [{ ...matrix, dims: [1, 1, 9, 9] }], 'v1')))).rejects.toThrow(
      "'a.weight' of shape [9, 9] has 24 bytes, expected 324",
    );
    const twice = net(layer('a', [bias], 'v1'), layer('a', [bias], 'new'));
    await expect(opened(twice)).rejects.toThrow("there are two tensors 'a.weight'");
    await expect(opened(net(layer('x'.repeat(300), [bias], 'v1')))).rejects.toThrow(
      'has 300 bytes, expected 256',
    );
    await expect(opened(Buffer.from('\n\n  plain words, no model'))).rejects.toThrow(
      'net.caffemodel: this is no Caffe',
    );
  });

  it('are refused when they are made of endless small fields', async () => {
    const out = new PbfWriter();
    for (let i = 0; i < 100_001; i++) out.writeVarintField(9, 1);
    await expect(opened(out.finish())).rejects.toThrow('more than 100000 fields');
  });
});

const golden = fileURLToPath(
  new URL('../../../../shared/golden/deep-painterly-harmonization/weights/', import.meta.url),
);
const absent = !existsSync(golden);

describe.skipIf(absent)(
  `VGG-19 that others wrote${absent ? ' (skipped: no golden data at ../shared/golden)' : ''}`,
  () => {
    it.each([
      ['vgg19-tiny-v1.caffemodel', 16],
      ['vgg19-tiny-new-first-layers.caffemodel', 2],
      ['vgg19-tiny.pth', 16],
    ])('%s holds the weights of the .safetensors file', async (file, convolutions) => {
      const expected = vggWeights(await openWeightFile(`${golden}vgg19-tiny.safetensors`))!;
      const found = vggWeights(await openWeightFile(golden + file))!;
      expect(found.config.pixels).toBe(file.endsWith('.pth') ? 'torchvision' : 'caffe');
      expect(found.config.convChannels).toEqual(expected.config.convChannels.slice(0, convolutions));
      for (const [name, { shape }] of found.weights.tensors) {
        expect({ [name]: shape }).toEqual({ [name]: expected.weights.tensors.get(name)!.shape });
        expect(await found.weights.read(name)).toEqual(await expected.weights.read(name));
      }
    });

    it('says what is wrong with one that was cut off', async () => {
      const bytes = await readFile(`${golden}vgg19-tiny-v1.caffemodel`);
      const folder = await mkdtemp(join(tmpdir(), 'impasto-caffe-'));
      await writeFile(join(folder, 'cut.caffemodel'), bytes.subarray(0, 100_000));
      await expect(openWeightFile(join(folder, 'cut.caffemodel'))).rejects.toThrow(
        /^cut\.caffemodel: this is no Caffe model that can be read: a field at byte \d+ reaches to byte \d+, but what it is part of ends at 100000$/,
      );
      await rm(folder, { recursive: true });
    });
  },
);
