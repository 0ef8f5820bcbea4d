import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { encodePng } from '../../../models/image/encodePicture.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';
import type { PreviewChoice } from '../../../server/protocol/previews.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import {
  loadTemplate,
  pictureOf,
  startEngine as startEngineOn,
  type Told,
} from '../../helpers/startEngine.ts';
import { writeTinyModel } from '../../helpers/writeTinyModel.ts';

const SIZE = 64;
let folder: string;
let document: WorkflowDocument;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-step-previews-'));
  const builtin = join(folder, 'builtin');
  await writeTinyModel(join(builtin, 'model'));
  await mkdir(join(builtin, 'samples'));
  const data = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => (i + (i >> 6)) % 256);
  await writeFile(join(builtin, 'samples', 'photo.png'), await encodePng({ width: 96, height: 96, data }));
  await mkdir(join(folder, 'models'));
  await writeTaesd('taesd.safetensors', 4);
  await writeTaesd('taesd3.safetensors', 16);
  document = await loadTemplate('variation', {
    'content.image': 'sample:photo.png',
    'size.value': SIZE,
    'steps.value': 5,
    'strength.value': 1,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A tiny autoencoder of the published form, narrower. */
function writeTaesd(name: string, latentChannels: number): Promise<void> {
  const blocks = { encoderBlocks: [1, 3, 3, 3], decoderBlocks: [3, 3, 3, 1] };
  const config = { inChannels: 3, outChannels: 3, latentChannels, channels: 8, ...blocks };
  const source = generateWeights({ kind: 'tiny autoencoder', config });
  return writeSafetensors(join(folder, 'models', name), source);
}

const startEngine = () => startEngineOn({ dataFolder: folder, builtinFolder: join(folder, 'builtin') });

/** `step: side of its picture`, of the sampler. */
const picturesOf = (told: Told): string[] =>
  told.of('preview').map(({ step, picture }) => `${step}: ${picture.width}`);

describe('the pictures of sampling steps', () => {
  const ways: [string, PreviewChoice, string[]][] = [
    ['quick ones of every step', { kind: 'linear' }, ['1: 8', '2: 8', '3: 8', '4: 8', '5: 8']],
    ['decoded every second step, and the last', { kind: 'full', every: 2 }, ['2: 64', '4: 64', '5: 64']],
    [
      'decoded by a tiny autoencoder',
      { kind: 'tiny', model: 'taesd.safetensors', every: 1 },
      ['1: 64', '2: 64', '3: 64', '4: 64', '5: 64'],
    ],
  ];

  it.each(ways)('%s', async (_name, choice, expected) => {
    const told = await startEngine().run(document, choice);
    expect(told.finished).toMatchObject({ state: 'done' });
    expect(picturesOf(told)).toEqual(expected);
    expect(told.of('warning')).toEqual([]);
  });

  it('change neither the result nor what is taken from the cache', async () => {
    const { run } = startEngine();
    const first = await run(document, { kind: 'full', every: 1 });
    const second = await run(document, { kind: 'tiny', model: 'taesd.safetensors', every: 1 });
    expect(second.states['sample']).toBe('cached');
    const plain = await startEngine().run(document, false);
    expect(Buffer.compare(pictureOf(first, 'variation').bytes, pictureOf(plain, 'variation').bytes)).toBe(0);
    expect(picturesOf(plain)).toEqual([]);
  });

  it.each([
    ['nothing.pth', 'There is no model "nothing.pth"'],
    ['taesd3.safetensors', "it is for latents of 16 channels, and this model's have 4."],
  ])('are quick ones when %s cannot make them, and the run says so once', async (model, why) => {
    const told = await startEngine().run(document, { kind: 'tiny', model, every: 2 });
    expect(told.finished).toMatchObject({ state: 'done' });
    expect(picturesOf(told)).toEqual(['1: 8', '2: 8', '3: 8', '4: 8', '5: 8']);
    const warnings = told.of('warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining(why)]);
  });

  it('keep their linear map over a restart', async () => {
    const maps = join(folder, 'cache', 'previews');
    await startEngine().run(document);
    const [name] = await readdir(maps);
    // A map of black pictures tells that it was read, not fitted again.
    const black = { channels: 4, weights: Array<number>(12).fill(0), bias: [0, 0, 0] };
    await writeFile(join(maps, name!), JSON.stringify(black));
    const told = await startEngine().run({ ...document, title: 'again' });
    const { picture } = told.of('preview')[0]!;
    expect(new Set(picture.data)).toEqual(new Set([0]));
  });
});
