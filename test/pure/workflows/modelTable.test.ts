import { describe, expect, it } from 'vitest';
import { modelRoles } from '../../../models/catalog/modelRole.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { fillModelTable } from '../../../workflows/schema/fillModelTable.ts';
import type { ModelReference, ModelTable } from '../../../workflows/schema/modelReference.ts';
import { modelProblem } from '../../../workflows/schema/modelProblem.ts';
import { modelUses } from '../../../workflows/schema/modelUses.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import { type PresentModel, resolveModel } from '../../../workflows/schema/resolveModel.ts';
import { roleWords } from '../../../workflows/schema/roleWords.ts';
import { serialiseDocument } from '../../../workflows/schema/serialiseDocument.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const model = (name: string, facts: Partial<PresentModel> = {}): PresentModel => {
  return { name, title: name, builtin: false, bytes: 4, ...facts };
};
const builtin = model('builtin', { builtin: true });

describe('which model a workflow means', () => {
  const resolve = (reference: ModelReference | undefined, ...models: PresentModel[]) =>
    resolveModel('sd.ckpt', reference, [builtin, ...models]);

  it.each<[string, ModelReference | undefined, PresentModel[], ReturnType<typeof resolveModel>]>([
    ['by name alone', undefined, [model('sd.ckpt')], { kind: 'here', name: 'sd.ckpt' }],
    ['by name and content', { hash: A }, [model('sd.ckpt', { hash: A })], { kind: 'here', name: 'sd.ckpt' }],
    [
      'by content, under another name',
      { hash: A },
      [model('sd.ckpt', { hash: B }), model('v1-4.ckpt', { hash: A })],
      { kind: 'elsewhere', name: 'v1-4.ckpt' },
    ],
    ['not with that content', { hash: A }, [model('sd.ckpt', { hash: B })], { kind: 'other', hash: B }],
    ['not there', { hash: A }, [model('x', { hash: B })], { kind: 'missing' }],
    ['not there, nothing known', undefined, [model('x', { hash: B })], { kind: 'missing' }],
    [
      'by the best entry of the catalogue that is here',
      { catalogue: ['one', 'two', 'three'] },
      [model('x', { catalogue: 'three' }), model('y', { catalogue: 'two' })],
      { kind: 'elsewhere', name: 'y' },
    ],
    [
      'never by the catalogue when a content is recorded',
      { hash: A, catalogue: ['one'] },
      [model('x', { catalogue: 'one', hash: B })],
      { kind: 'missing' },
    ],
    [
      'a link that leads nowhere is none',
      undefined,
      [model('sd.ckpt', { missing: true })],
      { kind: 'missing' },
    ],
    [
      'its own hash first',
      { hash: A },
      [model('x'), model('sd.ckpt')],
      { kind: 'undecided', names: ['sd.ckpt'] },
    ],
    [
      'then those of the same size',
      { hash: A, bytes: 4 },
      [model('sd.ckpt', { hash: B }), model('x'), model('y', { bytes: 5 }), model('z')],
      { kind: 'undecided', names: ['x', 'z'] },
    ],
  ])('%s', (_, reference, models, expected) => {
    expect(resolve(reference, ...models)).toEqual(expected);
  });

  it('the built-in one is what it is, whatever a file says of it', () => {
    expect(resolveModel('builtin', { hash: A }, [builtin])).toEqual({ kind: 'here', name: 'builtin' });
  });
});

describe("the table of a workflow's models", () => {
  const descriptions = describeNodes(nodeRegistry);
  const workflow = (name: string, models?: ModelTable) => ({
    ...toyDocument({ load: ['diffusion/load-model', { model: name }], again: ['diffusion/load-model'] }, []),
    ...(models ? { models } : {}),
  });
  const table = (name: string, before: ModelTable | undefined, ...models: PresentModel[]) =>
    fillModelTable(workflow(name, before), descriptions, [builtin, ...models]).models;

  it('says what the models are that are here, and nothing of the built-in one', () => {
    const here = model('sd.ckpt', { title: 'SD', hash: A, role: 'diffusion', catalogue: 'sd-1-4' });
    expect(table('sd.ckpt', undefined, here)).toEqual({
      'sd.ckpt': { title: 'SD', hash: A, role: 'diffusion', bytes: 4, catalogue: ['sd-1-4'] },
    });
    expect(table('builtin', undefined, here)).toBeUndefined();
  });

  it('keeps what was said of a model that is not here, or is another one here, or is not read yet', () => {
    const before = { 'sd.ckpt': { hash: A, catalogue: ['sd-1-4'] } };
    expect(table('sd.ckpt', before)).toEqual(before);
    expect(table('sd.ckpt', before, model('sd.ckpt', { hash: B }))).toEqual(before);
    expect(table('sd.ckpt', before, model('sd.ckpt'))).toEqual(before);
  });

  it('forgets models that no node names any more', () => {
    expect(table('builtin', { 'sd.ckpt': { hash: A } })).toBeUndefined();
  });

  it('goes through a file, at one place, and files without one stay as they were', () => {
    const saved = workflow('sd.ckpt', { 'sd.ckpt': { role: 'diffusion', hash: A } });
    const text = serialiseDocument(saved);
    expect(text.indexOf('"models"')).toBeLessThan(text.indexOf('"nodes"'));
    expect(parseDocument(text).document).toEqual(saved);
    expect(parseDocument(workflow('sd.ckpt')).document).not.toHaveProperty('models');
  });

  it.each([
    ['a hash that is none', { x: { hash: 'ABC' } }, /models\.x\.hash.*SHA-256/],
    ['a name that is too long', { ['x'.repeat(401)]: {} }, /models/],
    ['a list', [], /models.*an object.*found a list/],
    ['too many', Object.fromEntries([...Array(201).keys()].map((i) => [`m${i}`, {}])), /201 models/],
    ['a path to prototypes', JSON.parse('{"__proto__": {"hash": "x"}}'), /reserved/],
  ])('is refused with a sentence: %s', (_, models, sentence) => {
    const { problems } = parseDocument({ ...workflow('x'), models });
    expect(problems?.[0]?.message).toMatch(sentence);
  });

  it('never answers for names that every object has', () => {
    const named = workflow('toString', { x: { hash: A } });
    expect(fillModelTable(named, descriptions, []).models).toBeUndefined();
  });
});

describe('what a workflow takes out of a model', () => {
  const descriptions = describeNodes(nodeRegistry);
  const words = { get: () => '', settle: '' };
  const document = toyDocument(
    { load: ['diffusion/load-model'], prompt: ['diffusion/prompt'], decode: ['latent/decode'] },
    ['load.text > prompt.encoder', 'load.autoencoder > decode.autoencoder'],
  );

  it('is what its links say', () => {
    expect(modelUses(document, descriptions)).toMatchObject([
      { node: 'load', name: 'builtin', need: { parts: ['autoencoder', 'text encoder'] } },
    ]);
  });

  it('must be in it, as far as that is known', () => {
    const [use] = modelUses(document, descriptions);
    const problem = (parts?: string[]) =>
      modelProblem(use!, { document, models: [model('builtin', { builtin: true, parts })], words });
    expect(problem(['UNet', 'autoencoder'])).toMatchObject({
      code: 'unfit-model',
      message:
        'The model "builtin" has no text encoder, which other nodes take from it: choose a model that has one.',
    });
    expect(problem(['UNet', 'autoencoder', 'text encoder'])).toBeUndefined();
    expect(problem()).toBeUndefined();
  });

  it('must be of the right kind, in words that people know', () => {
    const named = toyDocument({ load: ['inpaint/load-exemplar-model', { model: 'a.ckpt' }] }, []);
    const [use] = modelUses(named, descriptions);
    const problem = (about: Partial<PresentModel>) =>
      modelProblem(use!, { document: named, models: [model('a.ckpt', about)], words })?.message;
    expect(problem({ role: 'diffusion', architecture: 'Stable Diffusion 1.x' })).toBe(
      'The model "a.ckpt" is a diffusion model (Stable Diffusion 1.x); expected Paint by Example.',
    );
    expect(problem({ role: 'adapter', architecture: "PHDiffusion's adapter" })).toBe(
      'The model "a.ckpt" is PHDiffusion\'s adapter; expected Paint by Example.',
    );
    for (const role of modelRoles.filter((each) => each !== 'exemplar'))
      expect(problem({ role })).not.toMatch(new RegExp(`is ${role};`));
    expect(roleWords(['unet', 'diffusion', 'exemplar'])).toBe(
      'a UNet, a diffusion model or Paint by Example',
    );
  });
});

describe('a denoiser that an adapter steers', () => {
  const descriptions = describeNodes(nodeRegistry);
  const words = { get: () => '', settle: '' };
  const nodes = {
    sd: ['diffusion/load-model', { model: 'sd' }],
    ph: ['harmonise/load-adapter', { model: 'ph' }],
    guide: ['diffusion/guidance'],
    encoder: ['harmonise/adaptive-encoder'],
    def: ['harmonise/def'],
    other: ['diffusion/load-model', { model: 'other' }],
    decode: ['latent/decode'],
  } as const;
  const document = toyDocument(nodes, [
    'sd.denoiser > guide.denoiser',
    'guide.denoiser > def.denoiser',
    'ph.adapter > encoder.adapter',
    'encoder.features > def.features',
    'sd.autoencoder > encoder.image',
    'other.autoencoder > decode.autoencoder',
  ]);
  const problemOf = (node: string, ...models: PresentModel[]) => {
    const use = modelUses(document, descriptions).find((each) => each.node === node)!;
    return modelProblem(use, { document, models, words })?.message;
  };
  const full = [320, 640, 1280, 1280];
  const sd = (levels?: number[]) => model('sd', { role: 'diffusion', levels });
  const ph = (levels: number[], name = 'ph') => model(name, { role: 'adapter', levels });

  it('is found through patches, and no other', () => {
    const adapters = modelUses(document, descriptions).map(({ node, need }) => [
      node,
      need.adapters.map(({ name }) => name),
    ]);
    expect(adapters).toEqual([
      ['sd', ['ph']],
      ['ph', []],
      ['other', []],
    ]);
  });

  it('must have the levels that the adapter is made for, as far as both are known', () => {
    expect(problemOf('sd', sd(full), ph(full))).toBeUndefined();
    expect(problemOf('sd', sd([32, 64]), ph([32, 64]))).toBeUndefined();
    expect(problemOf('sd', sd(), ph(full))).toBeUndefined();
    expect(problemOf('sd', sd([48, 96, 192]), ph(full))).toBe(
      'The model "sd" has 48, 96, 192 channels at its levels, and ph is made for 320, 640, 1280, 1280: they do not belong together. PHDiffusion\'s published adapters need Stable Diffusion 1.4.',
    );
    expect(problemOf('other', model('other', { role: 'diffusion', levels: [48] }), ph(full))).toBeUndefined();
  });

  it('must fit a published adapter, or one that is here, while its own is not', () => {
    expect(problemOf('sd', sd(full))).toBeUndefined();
    expect(problemOf('sd', sd([32, 64]), ph([32, 64], 'mine'))).toBeUndefined();
    expect(problemOf('sd', sd([32, 64]))).toMatch(/is made for 320, 640, 1280, 1280/);
  });
});
