import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { seed, toggle } from '../contract/parameter.ts';

export const seedValue = defineNode({
  type: 'values/seed',
  version: 1,
  title: 'Seed',
  help: 'One seed for several nodes. The same seed always gives the same noise, on every machine, so a result can be repeated; another seed gives another one.',
  inputs: {},
  outputs: { seed: { type: 'seed', title: 'Seed', help: 'The seed.' } },
  params: z.object({
    seed: seed({
      title: 'Seed',
      help: 'A whole number from 0 to 2^64 - 1.',
      default: '22',
      rolledBy: 'fresh',
    }),
    fresh: toggle({
      title: 'New on each run',
      help: 'Off: the seed stays, and the result with it. On: every run draws another seed, and its record says which.',
      default: false,
    }),
  }),

  async run({ params, note }) {
    note('seed', params.seed);
    return { seed: BigInt(params.seed) };
  },
});
