import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryWeights, type MemoryTensor } from '../../../models/weights/memoryWeights.ts';
import { openSafetensors } from '../../../models/weights/openSafetensors.ts';
import { openWeights } from '../../../models/weights/openWeights.ts';
import { WeightsError } from '../../../models/weights/weightsError.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

function fileBytes(header: string | object, data = 16, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

async function opened(bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, 'hostile.safetensors');
  await writeFile(path, bytes);
  return openSafetensors(path);
}

function outcome(bytes: Uint8Array): Promise<string> {
  return opened(bytes).then(
    () => 'opened',
    (error: unknown) => (error instanceof WeightsError ? 'WeightsError' : 'other error'),
  );
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('hostile .safetensors files', () => {
  it.each<[string, string, Uint8Array]>([
    ['header', 'too few', new Uint8Array(3)],
    ['header', 'claims', fileBytes({}, 0, 1n << 62n)],
    ['header', 'claims', fileBytes({}, 0, 10_000n)],
    ['header', 'not valid JSON', fileBytes('{"a": ')],
    ['header', 'not a JSON object', fileBytes('[1]')],
    ['header', 'not a JSON object', fileBytes('null')],
    ['header', 'not described by an object', fileBytes({ a: 3 })],
    [
      'header',
      "'__proto__'",
      fileBytes('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'),
    ],
    ['header', 'has the shape', fileBytes({ a: f32([-1], 0, 4) })],
    ['header', 'has the shape', fileBytes({ a: f32([1.5], 0, 4) })],
    ['header', 'has the shape', fileBytes({ a: f32('x', 0, 4) })],
    ['dtype', 'element type "F8"', fileBytes({ a: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } })],
    ['dtype', 'element type', fileBytes({ a: { dtype: 'constructor', shape: [1], data_offsets: [0, 1] } })],
    ['offsets', 'needs 4 bytes', fileBytes({ a: f32([1], 0, 8) })],
    ['offsets', 'needs 4 bytes', fileBytes({ a: f32([1], 4, 0) })],
    ['offsets', 'data_offsets', fileBytes({ a: f32([1], 0, null) })],
    ['offsets', 'reaches outside', fileBytes({ a: f32([8], 0, 32) })],
    ['offsets', 'last 8 bytes of the file belong to no tensor', fileBytes({ a: f32([2], 0, 8) })],
    ['offsets', "3 bytes between the header and 'a' belong", fileBytes({ a: f32([2], 3, 11) }, 11)],
    ['offsets', 'overlap', fileBytes({ a: f32([2], 0, 8), b: f32([2], 4, 12) })],
    [
      'duplicate-name',
      "two tensors are called 'a'",
      fileBytes(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      ),
    ],
  ])('%s: %s', async (code, message, bytes) => {
    await expect(opened(bytes)).rejects.toMatchObject({
      name: 'WeightsError',
      code,
      message: expect.stringMatching(new RegExp(`^hostile.safetensors: .*${message}`)),
    });
  });

  it('says so when there is no file', async () => {
    await expect(openSafetensors(join(folder, 'none.safetensors'))).rejects.toMatchObject({
      code: 'unreadable',
    });
  });

  it('says so when it is a folder', async () => {
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('never fails with anything but a WeightsError', async () => {
    const dtype = fc.oneof(fc.constantFrom('F32', 'F16', 'I64', 'X'), fc.anything());
    const number = fc.oneof(fc.nat(20), fc.integer(), fc.double(), fc.anything());
    const entry = fc.oneof(
      fc.anything(),
      fc.record({
        dtype,
        shape: fc.array(number, { maxLength: 3 }),
        data_offsets: fc.array(number, { maxLength: 3 }),
      }),
    );
    const header = fc.oneof(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__metadata__', 'constructor', 'toString')), entry),
      fc.string(),
    );
    const hostile = fc.asyncProperty(header, fc.nat(40), async (value, data) => {
      const text =
        typeof value === 'string'
          ? value
          : (JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v)) ?? '');
      expect(await outcome(fileBytes(text, data))).not.toBe('other error');
    });
    await fc.assert(hostile, { numRuns: 300 });
  });

  it('survives every truncation and every changed byte', async () => {
    const whole = fileBytes({ a: f32([2], 0, 8), b: f32([2], 8, 16) });
    const damaged = fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
      expect(await outcome(whole.slice(0, at))).toBe('WeightsError');
      expect(await outcome(whole.with(at, byte))).not.toBe('other error');
    });
    await fc.assert(damaged, { numRuns: 200 });
  });
});

describe('writing and reading', () => {
  const values = (...list: number[]) => new Uint8Array(Float32Array.from(list).buffer);
  const tensors = new Map<string, MemoryTensor>([
    ['first', { dtype: 'float32', shape: [2, 2], bytes: values(1, 2, 3, 4) }],
    ['second.weight', { dtype: 'float16', shape: [3], bytes: new Uint8Array([0, 60, 0, 64, 0, 66]) }],
    ['constructor', { dtype: 'float32', shape: [], bytes: values(7) }],
    ['nothing', { dtype: 'float32', shape: [0], bytes: new Uint8Array(0) }],
  ]);

  it('brings back what was written', async () => {
    const path = join(folder, 'written.safetensors');
    await writeSafetensors(path, memoryWeights('memory', tensors), { format: 'pt' });
    const source = await openSafetensors(path);
    expect([...source.tensors.keys()]).toEqual([...tensors.keys()]);
    expect(source.metadata?.get('format')).toBe('pt');
    for (const [name, { dtype, shape, bytes }] of tensors) {
      expect(source.tensors.get(name)).toMatchObject({ dtype, shape });
      expect(await source.read(name)).toEqual(bytes);
      expect(await source.read(name, 2)).toEqual(bytes.slice(0, 2));
    }
    expect(source.tensors.get('first')!.place!.offset % 8).toBe(0);
  });

  it('leaves nothing behind when it fails', async () => {
    const broken = memoryWeights(
      'memory',
      new Map([['a', { dtype: 'float32', shape: [2], bytes: values(1) }]]),
    );
    await expect(writeSafetensors(join(folder, 'broken.safetensors'), broken)).rejects.toMatchObject({
      code: 'unwritable',
    });
    expect((await readdir(folder)).filter((file) => file.startsWith('broken'))).toEqual([]);
  });

  it('reads a checkpoint in shards, and says when its index is wrong', async () => {
    const part = (name: string) => memoryWeights('part', new Map([[name, tensors.get('first')!]]));
    await writeSafetensors(join(folder, 'm-1.safetensors'), part('a'));
    await writeSafetensors(join(folder, 'm-2.safetensors'), part('b'));
    const index = (map: object) =>
      writeFile(join(folder, 'm.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    await index({ a: 'm-1.safetensors', b: 'm-2.safetensors' });
    const source = await openWeights(folder, ['m']);
    expect(await source.read('b')).toEqual(values(1, 2, 3, 4));
    await index({ a: 'm-2.safetensors' });
    await expect(openWeights(folder, ['m'])).rejects.toThrow(
      `${basename(folder)}/m.safetensors.index.json: says that 'a' is in m-2.safetensors, which it is not`,
    );
    await writeFile(join(folder, 'm-1.safetensors'), '');
    await index({ a: 'm-1.safetensors' });
    await expect(openWeights(folder, ['m'])).rejects.toThrow(`${basename(folder)}/m-1.safetensors: 0 bytes`);
    await index({ a: '../m-1.safetensors' });
    await expect(openWeights(folder, ['m'])).rejects.toMatchObject({ code: 'index' });
  });
});
