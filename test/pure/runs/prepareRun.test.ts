import { describe, expect, it } from 'vitest';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import type { ModelSummary } from '../../../server/protocol/models.ts';
import type { Library } from '../../../server/runs/library.ts';
import { refusalOf } from '../../../server/runs/refusalOf.ts';
import { type RunRequest, prepareRun } from '../../../server/runs/prepareRun.ts';
import type { FileStore } from '../../../server/storage/fileStore.ts';
import type { ModelTable } from '../../../workflows/schema/modelReference.ts';
import type { PresentModel } from '../../../workflows/schema/resolveModel.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const library = {
  nodes: describeNodes(nodeRegistry),
  upgrade: (document) => document,
  refusal: (node, model) => refusalOf(nodeRegistry.get(node.type), node, model),
  models: async () => [
    {
      name: 'builtin',
      title: '',
      builtin: true,
      layout: 'diffusers',
      bytes: 1,
      linked: false,
      downloaded: false,
      trainSteps: 1000,
    },
  ],
} as Partial<Library> as Library;

it('a seed that is new on each run is drawn when the run is made, unless one was asked for', async () => {
  const workflow = toyDocument(
    {
      model: ['diffusion/load-model'],
      seed: ['values/seed'],
      noise: ['latent/noise'],
      decode: ['latent/decode'],
      preview: ['image/preview'],
    },
    [
      'model.autoencoder > noise.autoencoder',
      'model.autoencoder > decode.autoencoder',
      'seed.seed > noise.seed',
      'noise.latent > decode.latent',
      'decode.image > preview.image',
    ],
  );
  workflow.nodes[1]!.params = { seed: '22', fresh: true };
  const seedOf = async (overrides = {}): Promise<unknown> => {
    const request = { workflow: JSON.stringify(workflow), overrides };
    const { document, problems } = await prepareRun(request, { library, files: {} as FileStore });
    expect(problems).toBeUndefined();
    return document!.nodes.find(({ id }) => id === 'seed')!.params;
  };
  const drawn = [await seedOf(), await seedOf()];
  expect(drawn[0]).toEqual({ seed: expect.stringMatching(/^\d{1,10}$/), fresh: false });
  expect(drawn[0]).not.toEqual(drawn[1]);
  expect(await seedOf({ 'seed.seed': '7' })).toEqual({ seed: '7', fresh: false });
});

describe('parameters that do not go together', () => {
  const trainedWith = (trainSteps?: number): Library => ({
    ...library,
    models: async () => (await library.models()).map((model) => ({ ...model, trainSteps })),
  });
  const problemsOf = async (params: object, links: readonly string[] = [], shelf = library) => {
    const workflow = toyDocument(
      {
        model: ['diffusion/load-model'],
        noise: ['latent/noise'],
        number: ['values/number', { value: 9 }],
        sample: ['diffusion/sample', { ...params }],
        decode: ['latent/decode'],
        preview: ['image/preview'],
      },
      [
        'model.autoencoder > noise.autoencoder',
        'model.autoencoder > decode.autoencoder',
        'model.denoiser > sample.denoiser',
        'noise.latent > sample.latent',
        'sample.latent > decode.latent',
        'decode.image > preview.image',
        ...links,
      ],
    );
    const { problems = [] } = await prepareRun({ workflow }, { library: shelf, files: {} as FileStore });
    return problems.map(({ code, node, message }) => `${code} ${node}: ${message}`);
  };

  it.each([
    [{ sampler: 'pndm', spacing: 'karras' }, /^bad-parameter sample: Sample \(sample\): PNDM needs evenly/],
    [{ spacing: 'compvis', steps: 333 }, /would reach timestep 1000.*a number of steps that divides 1000/],
  ])('are refused before anything runs: %j', async (params, sentence) => {
    expect(await problemsOf(params)).toEqual([expect.stringMatching(sentence)]);
  });

  it('are judged by the timesteps that the model was trained with, as far as those are known', async () => {
    const compvis = { spacing: 'compvis', steps: 333 };
    expect(await problemsOf(compvis, [], trainedWith(4000))).toEqual([]);
    expect(await problemsOf(compvis, [], trainedWith(undefined))).toEqual([]);
    expect(await problemsOf({ steps: 200 }, [], trainedWith(100))).toEqual([
      'bad-parameter sample: Sample (sample): This model takes at most 99 steps, found 200.',
    ]);
  });

  it('are left to the run where one of them is wired', async () => {
    expect(await problemsOf({ spacing: 'compvis', steps: 333 }, ['number.number > sample.steps'])).toEqual(
      [],
    );
    expect(await problemsOf({ sampler: 'pndm', spacing: 'compvis', steps: 30 })).toEqual([]);
  });
});

describe('the models of a run', () => {
  const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
  const workflow = (name: string, models: ModelTable = {}) => ({
    ...toyDocument(
      {
        model: ['diffusion/load-model', { model: name }],
        noise: ['latent/noise'],
        decode: ['latent/decode'],
        preview: ['image/preview'],
        unused: ['diffusion/load-model', { model: 'never.ckpt' }],
      },
      [
        'model.autoencoder > noise.autoencoder',
        'model.autoencoder > decode.autoencoder',
        'noise.latent > decode.latent',
        'decode.image > preview.image',
      ],
    ),
    models,
  });
  const prepare = (here: readonly Partial<PresentModel>[], request: RunRequest) => {
    const models = here.map((facts) => ({ title: '', builtin: false, bytes: 4, ...facts }));
    const shelf: Library = {
      ...library,
      models: async () => models as unknown as ModelSummary[],
      hashOf: async (name) => models.find((model) => model.name === name)?.title,
      missingModel: async (name) => `no ${name}.`,
    };
    return prepareRun(request, { library: shelf, files: {} as FileStore });
  };
  const sd = { 'sd.ckpt': { hash: A, title: 'SD', catalogue: ['sd-1-4'] } };

  it('are named in the record as they are here, with what identifies them', async () => {
    const asked = { workflow: workflow('sd.ckpt', sd) };
    const { document, notes } = await prepare([{ name: 'mine.ckpt', title: 'Mine', hash: A }], asked);
    expect(document!.nodes[0]!.params).toEqual({ model: 'mine.ckpt' });
    expect(document!.models).toMatchObject({ 'mine.ckpt': { title: 'Mine', hash: A } });
    expect(notes).toEqual(['The model "sd.ckpt" is called "mine.ckpt" here; that one was used.']);
    // Once more, after the file went somewhere else again.
    const again = await prepare([{ name: 'third.ckpt', hash: A }], { workflow: document });
    expect(again.document!.nodes[0]!.params).toEqual({ model: 'third.ckpt' });
  });

  it('are read through when only that can tell', async () => {
    const asked = { workflow: workflow('sd.ckpt', sd) };
    // The toy library keeps the hash that is computed on demand in the title.
    expect((await prepare([{ name: 'sd.ckpt', title: A }], asked)).document?.models?.['sd.ckpt']?.hash).toBe(
      A,
    );
    expect((await prepare([{ name: 'x' }, { name: 'y', title: A }], asked)).notes).toHaveLength(1);
  });

  it.each([
    [
      'missing, and where to get it',
      [],
      'missing-model',
      /"sd.ckpt", SD, SHA-256 aaaaaaaaaaaa, is not here.*pull sd-1-4/,
    ],
    ['a dead link', [{ name: 'sd.ckpt', missing: true }], 'missing-model', /linked to a file that is gone/],
    [
      'another one',
      [{ name: 'sd.ckpt', hash: B }],
      'other-model',
      /another file here \(SHA-256 bbbbbbbbbbbb\).*allow-other/,
    ],
    [
      'not readable',
      [{ name: 'sd.ckpt', hash: A, problem: 'It is cut off.' }],
      'broken-model',
      /used. It is cut off\./,
    ],
    [
      'of the wrong kind',
      [{ name: 'sd.ckpt', hash: A, role: 'vgg' }],
      'unfit-model',
      /is a VGG network; expected a diff/,
    ],
  ])('%s', async (_, here, code, message) => {
    const { problems } = await prepare(here, { workflow: workflow('sd.ckpt', sd) });
    expect(problems).toEqual([
      { code, message: expect.stringMatching(message), node: 'model', port: 'model' },
    ]);
  });

  it('say where to get by hand what no command can get', async () => {
    const adapter = { title: 'Adapter', role: 'adapter', catalogue: ['phdiffusion-with-residual'] };
    const { problems } = await prepare([], { workflow: workflow('a.pth', { 'a.pth': adapter }) });
    expect(problems).toMatchObject([
      {
        message: expect.stringMatching(
          /Download it by hand from https:\S+ and add it with ".*models add PATH"/,
        ),
      },
    ]);
  });

  it('say what is in the folder when nothing is known of them', async () => {
    const { problems } = await prepare([], { workflow: workflow('sd.ckpt') });
    expect(problems).toMatchObject([{ message: 'Load Diffusion Model (model): no sd.ckpt.' }]);
  });

  it('are taken by name where that is asked for', async () => {
    const here = [{ name: 'sd.ckpt', hash: B }];
    const allowed = await prepare(here, { workflow: workflow('sd.ckpt', sd), allowOtherModels: true });
    expect(allowed.document!.models).toMatchObject({ 'sd.ckpt': { hash: B } });
    const overrides = { 'model.model': 'sd.ckpt' };
    const chosen = await prepare(here, { workflow: workflow('sd.ckpt', sd), overrides });
    expect(chosen.document!.models).toMatchObject({ 'sd.ckpt': { hash: B } });
  });
});
