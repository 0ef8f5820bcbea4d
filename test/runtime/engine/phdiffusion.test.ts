import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DiffusionModel } from '../../../models/catalog/diffusionModel.ts';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';
import { openSafetensors } from '../../../models/weights/openSafetensors.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';
import { adapterWeights } from '../../../server/cli/parity/kinds/phdiffusion/harmonisers.ts';
import { groupRecipe } from '../../../server/cli/parity/groupRecipe.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { pictureOf, startEngine } from '../../helpers/startEngine.ts';
import { workflowOf } from '../../helpers/workflowOf.ts';

const golden = fileURLToPath(new URL('../../../../shared/golden/phdiffusion/', import.meta.url));
const there = existsSync(golden);

/** What generators draw, by their seed: the golden noise, which comes from no seed. */
const drawn = vi.hoisted(() => new Map<string, Tensor[]>());
vi.mock('../../../models/sampling/torchGenerator.ts', async (importOriginal) => {
  const { TorchGenerator } =
    await importOriginal<typeof import('../../../models/sampling/torchGenerator.ts')>();
  return {
    TorchGenerator: class extends TorchGenerator {
      readonly #stored: Tensor[];
      constructor(seed: bigint) {
        super(seed);
        this.#stored = [...(drawn.get(`${seed}`) ?? [])];
      }
      override randn(shape: readonly number[]): Tensor {
        return this.#stored.shift() ?? super.randn(shape);
      }
    },
  };
});

let folder: string;
let context: Tensor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-phdiffusion-'));
  if (!there) return;
  const models = join(folder, 'data', 'models');
  await mkdir(models, { recursive: true });
  const groups = await groupRecipe(join(golden, 'model', 'weights-recipe.json'));
  await writeSafetensors(join(models, 'sd.safetensors'), groups.get('sd')!);
  await writeSafetensors(join(models, 'PHDiffusionWithRes.safetensors'), await adapterWeights(groups));
  await cp(join(golden, 'e2e'), join(folder, 'builtin', 'samples'), { recursive: true });
  const io = await openSafetensors(join(golden, 'e2e', 'io.safetensors'));
  drawn.set('1', [await read(io, 'posterior_noise')]);
  drawn.set('2', [await read(io, 'noise_init')]);
  const steps = await read(io, 'noise_steps');
  const [count = 1, ...shape] = steps.shape;
  const size = steps.data.length / count;
  const rows = Array.from({ length: count }, (_, i) => steps.data.slice(i * size, (i + 1) * size));
  drawn.set(
    '3',
    rows.map((data) => tensor(shape, data)),
  );
  context = await read(io, 'context');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(source: WeightSource, name: string): Promise<Tensor> {
  const { shape } = source.tensors.get(name)!;
  return tensor(shape, new Float32Array((await source.read(name)).slice().buffer));
}

/** The golden model has no text encoder: what it makes of the empty prompt is stored. */
function withContext(model: DiffusionModel): DiffusionModel {
  if (!model.denoiser) return model;
  const denoiser = patchDenoiser(model.denoiser, 'context', (call, next) => next({ ...call, context }));
  return { ...model, denoiser };
}

interface Setting {
  readonly width?: number;
  /** First of the three seeds: 1 is the golden noise. */
  readonly seed?: number;
  readonly model?: string;
  readonly adapter?: string;
}

const course = { steps: 10, strength: 0.7 };

/** test.py in ordinary nodes. */
function nodesOf({
  width = 128,
  seed = 1,
  model = 'sd.safetensors',
  adapter = 'PHDiffusionWithRes.safetensors',
}: Setting) {
  return {
    composite: ['image/load', { image: 'sample:comp.png' }],
    mask: ['mask/load', { image: 'sample:mask.png' }],
    resized: ['image/resize', { width, height: 128, fit: 'stretch', filter: 'lanczos' }],
    model: ['diffusion/load-model', { model }],
    adapter: ['harmonise/load-adapter', { model: adapter }],
    encode: ['latent/encode', { take: 'sample', seed: `${seed}` }],
    noise: ['latent/noise', { seed: `${seed + 1}` }],
    noised: ['latent/add-noise', { amount: 'pndm', ...course }],
    features: ['harmonise/adaptive-encoder', {}],
    def: ['harmonise/def', {}],
    blend: ['harmonise/masked-blend', { seed: `${seed + 2}` }],
    sample: ['diffusion/sample', { sampler: 'pndm', start: 'strength', ...course }],
    decode: ['latent/decode', { rounding: 'truncate' }],
    save: ['image/save', { name: 'result' }],
  } as const;
}

const links = [
  'composite.image resized.image',
  'resized.image encode.image',
  'model.autoencoder encode.autoencoder',
  'model.autoencoder noise.autoencoder',
  'encode.latent noise.like',
  'encode.latent noised.latent',
  'noise.latent noised.noise',
  'model.denoiser noised.denoiser',
  'adapter.adapter features.adapter',
  'resized.image features.image',
  'mask.mask features.mask',
  'features.features def.features',
  'def.denoiser blend.denoiser',
  'encode.latent blend.background',
  'mask.mask blend.mask',
  'blend.denoiser sample.denoiser',
  'noised.latent sample.latent',
  'sample.latent decode.latent',
  'model.autoencoder decode.autoencoder',
  'decode.image save.image',
];
const plain = (setting: Setting = {}) =>
  workflowOf(nodesOf(setting), [...links, 'model.denoiser def.denoiser']);

/** The same with StyleID's swap in it: attention looks at the inverted picture. */
function withSwap(setting: Setting): WorkflowDocument {
  const nodes = {
    ...nodesOf(setting),
    invert: ['diffusion/invert', { steps: course.steps, layers: 'all' }],
    swap: ['style/kv-swap', { layers: 'all', gamma: 0 }],
  } as const;
  return workflowOf(nodes, [
    ...links,
    'model.denoiser invert.denoiser',
    'encode.latent invert.latent',
    'invert.trajectory swap.style',
    'model.denoiser swap.denoiser',
    'swap.denoiser def.denoiser',
  ]);
}

async function run(document: WorkflowDocument) {
  const engine = startEngine({
    dataFolder: join(folder, 'data'),
    builtinFolder: join(folder, 'builtin'),
    watch: withContext,
  });
  return engine.run(document, false);
}

async function resultOf(document: WorkflowDocument) {
  const told = await run(document);
  expect(told.finished).toMatchObject({ state: 'done' });
  return { ...told, picture: (await decodePicture(pictureOf(told).bytes)).picture };
}

describe.skipIf(!there)(`PHDiffusion as a workflow${there ? '' : ' (skipped: no golden data)'}`, () => {
  it('gives the picture of test.py', async () => {
    const { picture } = await resultOf(plain());
    const file = await readFile(join(golden, 'e2e', 'output.png'));
    const { picture: expected } = await decodePicture(file, { profile: 'ignore' });
    expect([picture.width, picture.height]).toEqual([expected.width, expected.height]);
    const worst = picture.data.reduce((so, level, i) => Math.max(so, Math.abs(level - expected.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('takes pictures that are not square, and StyleID’s swap beside it', async () => {
    const setting = { width: 184, seed: 11 };
    const [alone, swapped] = [await resultOf(plain(setting)), await resultOf(withSwap(setting))];
    for (const { picture } of [alone, swapped]) expect([picture.width, picture.height]).toEqual([184, 128]);
    expect(swapped.picture.data).not.toEqual(alone.picture.data);
    expect(
      swapped.of('node').find(({ node }) => node === 'sample')?.record.notes?.['warning'],
    ).toBeUndefined();
  });

  it.each([
    [
      { model: 'PHDiffusionWithRes.safetensors' },
      /PHDiffusionWithRes\.safetensors has no UNet: it holds adaptive encoder only \(PHDiffusion's adapter\)/,
    ],
    [
      { adapter: 'sd.safetensors' },
      /sd\.safetensors has no adaptive encoder: it holds UNet and autoencoder only .* expected PHDiffusion's adapter/,
    ],
  ])('says what was wired where something else belongs: %j', async (setting, sentence) => {
    const { finished } = await run(plain(setting));
    expect(finished.state).toBe('failed');
    expect(finished.error?.message).toMatch(sentence);
  });
});
