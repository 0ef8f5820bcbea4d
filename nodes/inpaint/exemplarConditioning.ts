import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { checkFinite } from '../latent/checkLatent.ts';

export const exemplarConditioning = defineNode({
  type: 'inpaint/exemplar-conditioning',
  version: 1,
  title: 'Exemplar Conditioning',
  help: 'Makes of an exemplar what the network is guided by, in the place of a prompt. The positive side shows it; the negative side is the vector that the model learnt for "no exemplar". Guidance takes both: its scale says how alike the result and the exemplar become. The authors use 5; 1 is free, 7 and more are strict.',
  inputs: {
    vision: { type: 'visionEncoder', title: 'Image encoder', help: 'The one that made the embedding.' },
    embedding: { type: 'visionEmbedding', title: 'Embedding', help: 'From CLIP Vision Encode.' },
  },
  outputs: {
    positive: { type: 'conditioning', title: 'Exemplar', help: 'For Guidance’s "Prompt".' },
    negative: { type: 'conditioning', title: 'No exemplar', help: 'For Guidance’s "Negative".' },
  },
  params: z.object({}),

  async run({ inputs: { vision, embedding } }) {
    const positive = await vision.condition(embedding);
    checkFinite(positive, 'The conditioning');
    return { positive, negative: await vision.unconditional() };
  },
});
