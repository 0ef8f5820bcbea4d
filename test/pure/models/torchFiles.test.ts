import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';
import { WeightsError } from '../../../models/weights/weightsError.ts';
import {
  join as bytesOf,
  pickled,
  statePickle,
  torchZip,
  zip,
  type TorchTensor,
} from '../../helpers/torchFiles.ts';

const golden = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-torch-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Values as numbers, so that files that hold them in different types can be compared. */
async function values(source: WeightSource, name: string): Promise<number[]> {
  const bytes = Uint8Array.from(await source.read(name)).buffer;
  const { dtype } = source.tensors.get(name)!;
  const wide = (shift: (bits: number) => number) =>
    [...new Uint16Array(bytes)].map((bits) => new Float32Array(Uint32Array.of(shift(bits)).buffer)[0]!);
  switch (dtype) {
    case 'float32':
      return [...new Float32Array(bytes)];
    case 'float64':
      return [...new Float64Array(bytes)];
    case 'bfloat16':
      return wide((bits) => bits << 16);
    case 'float16':
      return [...new Uint16Array(bytes)].map(halfToNumber);
    case 'int64':
      return [...new BigInt64Array(bytes)].map(Number);
    case 'int32':
      return [...new Int32Array(bytes)];
    default:
      throw new Error(`no comparison for ${dtype}`);
  }
}

function halfToNumber(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const twins: readonly [file: string, twin: string][] = [
  ['styleid/container-extras.ckpt', 'styleid/container-extras.expected.safetensors'],
  ['styleid/container-extras-legacy.ckpt', 'styleid/container-extras.expected.safetensors'],
  ['metrics/containers/vgg19-tiny.legacy.pth', 'metrics/containers/vgg19-tiny.safetensors'],
  ['metrics/containers/vgg19-tiny.zip.pth', 'metrics/containers/vgg19-tiny.safetensors'],
  ['metrics/containers/alexnet-tiny.legacy.pth', 'metrics/containers/alexnet-tiny.safetensors'],
  ['metrics/containers/pt_inception-tiny.zip.pth', 'metrics/containers/pt_inception-tiny.safetensors'],
  ['metrics/containers/art_inception-tiny.legacy.pth', 'metrics/containers/art_inception-tiny.safetensors'],
  ['metrics/containers/tiny-ViT-jit.pt', 'metrics/containers/tiny-ViT-jit.safetensors'],
  ['metrics/lpips/weights/alex.pth', 'metrics/lpips/weights/lin_alex_v0.1.safetensors'],
  ['metrics/lpips/weights/vgg.pth', 'metrics/lpips/weights/lin_vgg_v0.1.safetensors'],
  [
    'diffusionclip/weights/CelebA_HQ_train_t500_nim2_ninv8_pairs-legacy.pth',
    'diffusionclip/weights/CelebA_HQ_train_t500_nim2_ninv8_pairs.pth',
  ],
  ['diffusionclip/weights/model_ir_se50-tiny.pth', 'diffusionclip/weights/ir_se-tiny.safetensors'],
  [
    'deep-painterly-harmonization/weights/vgg19-tiny.pth',
    'deep-painterly-harmonization/weights/vgg19-tiny.safetensors',
  ],
];

const configured = new Set(['input_resolution', 'context_length', 'vocab_size']);

const absent = !existsSync(golden);
const note = absent ? ' (skipped: no golden data at ../shared/golden)' : '';

describe.skipIf(absent)(`PyTorch files that others wrote${note}`, () => {
  it.each(twins)('%s holds the tensors of %s', async (file, twin) => {
    const [found, expected] = [await openWeightFile(golden + file), await openWeightFile(golden + twin)];
    const more = [...found.tensors.keys()].filter((name) => !expected.tensors.has(name));
    // CLIP's archives also hold three numbers of its configuration as buffers.
    expect(more.filter((name) => !configured.has(name))).toEqual([]);
    for (const [name, { shape }] of expected.tensors) {
      expect(found.tensors.get(name)!.shape).toEqual(shape);
      expect({ [name]: await values(found, name) }).toEqual({ [name]: await values(expected, name) });
    }
  });
});

const floats = (...list: number[]) => new Uint8Array(Float32Array.from(list).buffer);
const whole: TorchTensor = { storage: '0', elements: 6, shape: [2, 3], strides: [3, 1] };
const six = { '0': floats(1, 2, 3, 4, 5, 6) };

async function opened(bytes: Uint8Array): Promise<WeightSource> {
  const path = join(folder, 'made.ckpt');
  await writeFile(path, bytes);
  return openWeightFile(path);
}
const state = (tensors: Record<string, TorchTensor>) => opened(torchZip(statePickle(tensors), six));

describe('PyTorch files written here', () => {
  it('honours views: transposed, offset, repeated, empty', async () => {
    const source = await state({
      whole,
      transposed: { ...whole, shape: [3, 2], strides: [1, 3] },
      column: { ...whole, offset: 1, shape: [2], strides: [3] },
      repeated: { ...whole, offset: 5, shape: [2, 2], strides: [0, 0] },
      scalar: { ...whole, offset: 3, shape: [], strides: [] },
      empty: { ...whole, shape: [0, 3], strides: [3, 1] },
    });
    const found: Record<string, number[]> = {};
    for (const name of source.tensors.keys()) found[name] = await values(source, name);
    expect(found).toEqual({
      whole: [1, 2, 3, 4, 5, 6],
      transposed: [1, 4, 2, 5, 3, 6],
      column: [2, 5],
      repeated: [6, 6, 6, 6],
      scalar: [4],
      empty: [],
    });
    expect(await source.read('transposed', 8)).toEqual(floats(1, 4));
  });

  it('says where weights lie, so that they need not be copied; not of those in another order', async () => {
    const source = await state({ whole, transposed: { ...whole, shape: [3, 2], strides: [1, 3] } });
    const { offset } = source.tensors.get('whole')!.place!;
    expect(
      Uint8Array.from((await readFile(join(folder, 'made.ckpt'))).subarray(offset, offset + 24)),
    ).toEqual(six['0']);
    expect(source.tensors.get('transposed')!.place).toBeUndefined();
  });

  it('takes a state_dict for the whole, and keeps what is said beside it', async () => {
    const inner = statePickle({ 'a.weight': whole }).slice(2, -1);
    const pickle = bytesOf(
      '\x80\x02}(',
      pickled.text('state_dict'),
      inner,
      pickled.text('global_step'),
      pickled.integer(7),
      'u.',
    );
    const source = await opened(torchZip(pickle, six));
    expect([...source.tensors.keys()]).toEqual(['a.weight']);
    expect(source.metadata?.get('global_step')).toBe('7');
  });

  it('unpacks a packed pickle and packed storages, as much as they are said to hold', async () => {
    const pickle = statePickle({ whole });
    const pack = (data: Uint8Array, claimed = data.length) => ({ packed: deflateRawSync(data), claimed });
    const packed = await opened(zip({ 'a/data.pkl': pack(pickle), 'a/data/0': pack(six['0']) }));
    expect(await values(packed, 'whole')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(packed.tensors.get('whole')!.place).toBeUndefined();
    // A bomb: far more than it says, and far more than a pickle can have.
    const bomb = new Uint8Array(2 ** 22);
    await expect(opened(zip({ 'a/data.pkl': pack(bomb, 100) }))).rejects.toBeInstanceOf(WeightsError);
    await expect(opened(zip({ 'a/data.pkl': pack(bomb, 2 ** 31) }))).rejects.toThrow('are the limit');
  });

  it.each<[string, string, () => Uint8Array]>([
    ['offsets', "'a' takes bytes 8 to 32", () => torchZip(statePickle({ a: { ...whole, offset: 2 } }), six)],
    ['offsets', 'takes bytes', () => torchZip(statePickle({ a: { ...whole, strides: [2 ** 30, 1] } }), six)],
    [
      'offsets',
      'its storage 24',
      () => torchZip(statePickle({ a: { ...whole, shape: [2 ** 30], strides: [0] } }), six),
    ],
    [
      'container',
      "'archive/data/9' is not there",
      () => torchZip(statePickle({ a: { ...whole, storage: '9' } }), six),
    ],
    [
      'container',
      "the tensor 'a' has",
      () => torchZip(statePickle({ a: { ...whole, shape: [-1], strides: [1] } }), six),
    ],
    [
      'container',
      "the tensor 'a' has no storage",
      () => torchZip(statePickle({ a: { ...whole, type: 'QInt8Storage' } }), six),
    ],
    ['container', 'no data.pkl', () => zip({ 'word/document.xml': floats(1) })],
    ['container', 'big-endian', () => zip({ 'a/data.pkl': statePickle({}), 'a/byteorder': bytesOf('big') })],
    ['container', 'pickle in it is broken', () => zip({ 'a/data.pkl': bytesOf('\x80\x02}(') })],
    ['container', 'not one that PyTorch wrote', () => bytesOf('\x80\x02K\x01.', floats(1, 2, 3))],
    ['format', 'Git LFS pointer', () => bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:0')],
    ['container', 'its end is missing', () => torchZip(statePickle({ whole }), six).slice(0, -40)],
    ['format', 'a web page', () => bytesOf('<!DOCTYPE html><html>404</html>')],
  ])('says what is wrong: %s, %s', async (code, message, make) => {
    const failure = opened(make()).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(await failure).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(await failure).toBeInstanceOf(WeightsError);
  });

  it('reads or refuses every damaged file, with a sentence', async () => {
    const file = torchZip(statePickle({ whole, other: { ...whole, shape: [3, 2], strides: [1, 3] } }), six);
    const outcome = async (bytes: Uint8Array): Promise<string> => {
      try {
        const source = await opened(bytes);
        for (const name of source.tensors.keys()) await source.read(name);
        return 'read';
      } catch (error) {
        return error instanceof WeightsError ? 'refused' : `${error as Error}`;
      }
    };
    const damaged = fc.asyncProperty(fc.nat(file.length - 1), fc.nat(255), async (at, byte) => {
      expect(await outcome(file.slice(0, at))).toBe('refused');
      expect(['read', 'refused']).toContain(await outcome(file.with(at, byte)));
    });
    await fc.assert(damaged, { numRuns: 400 });
  });
});
