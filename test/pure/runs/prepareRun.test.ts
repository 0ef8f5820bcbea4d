import { expect, it } from 'vitest';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import type { Library } from '../../../server/runs/library.ts';
import { prepareRun } from '../../../server/runs/prepareRun.ts';
import type { FileStore } from '../../../server/storage/fileStore.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const library = {
  nodes: describeNodes(nodeRegistry),
  upgrade: (document) => document,
  models: async () => [{ name: 'builtin', title: '', builtin: true, layout: 'diffusers', bytes: 1 }],
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
