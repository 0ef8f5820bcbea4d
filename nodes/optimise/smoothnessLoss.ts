import { z } from 'zod';
import { allLosses } from '../../models/painterly/pictureLoss.ts';
import { smoothnessTerm } from '../../models/painterly/smoothnessTerm.ts';
import { defineNode } from '../contract/node.ts';
import { lossOutput, lossWeight, moreLosses } from './lossInputs.ts';

export const smoothnessLoss = defineNode({
  type: 'optimise/smoothness-loss',
  version: 1,
  title: 'Smoothness Loss',
  help: 'Keeps neighbouring pixels alike (total variation), so that an optimised picture does not fill with noise.',
  inputs: { losses: moreLosses },
  outputs: { losses: lossOutput },
  params: z.object({ weight: lossWeight(0.001) }),

  async run({ inputs: { losses }, params: { weight } }) {
    const own = { terms: async () => [smoothnessTerm({ weight })] };
    return { losses: allLosses([losses, own]) };
  },
});
