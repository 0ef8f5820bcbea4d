import { matchLatentStatistics } from '../../models/sampling/matchLatentStatistics.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { number } from '../contract/parameter.ts';
import { changedLatent } from './changedLatent.ts';

export const adain = defineNode({
  type: 'latent/adain',
  version: 1,
  title: 'AdaIN',
  help: 'Gives a latent the mean and spread of another one, channel by channel (adaptive instance normalisation). On inverted latents it carries the colours and tones of a painting over to a photo while the photo keeps its shapes: the start of StyleID.',
  inputs: {
    content: { type: 'latent', title: 'Content', help: 'Keeps its structure.' },
    style: { type: 'latent', title: 'Style', help: 'Gives its mean and spread; may differ in size.' },
  },
  outputs: {
    latent: { type: 'latent', title: 'Latent', help: 'The content with the statistics of the style.' },
  },
  params: z.object({
    epsilon: number({
      title: 'Epsilon',
      help: 'Added to the deviation of the content before dividing by it. StyleID: 0; its diffusers version: 0.0001.',
      default: 0,
      min: 0,
      max: 1,
      step: 0.0001,
      control: 'number',
      advanced: true,
    }),
  }),

  async run({ inputs, params }) {
    const { content, style } = inputs;
    const [own, other] = [content.samples.shape[1], style.samples.shape[1]];
    if (own !== other) {
      const message = `The content has ${own} channels and the style ${other}: both must come from the same model.`;
      throw new NodeError('shape-mismatch', message, 'style');
    }
    const samples = matchLatentStatistics({
      content: content.samples,
      style: style.samples,
      epsilon: params.epsilon,
    });
    return { latent: changedLatent(content, samples) };
  },
});
