import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, integer, text } from '../contract/parameter.ts';
import { promptPieces } from './promptPieces.ts';

export const prompt = defineNode({
  type: 'diffusion/prompt',
  version: 1,
  title: 'Prompt',
  help: 'Says in words what to paint, or, as the negative side of Guidance, what not to paint. (word) counts a little more, [word] a little less, (word:1.5) one and a half times. Works best in English, with up to 75 tokens: about 50 words.',
  inputs: {
    encoder: { type: 'textEncoder', title: 'Text encoder', help: 'From Load Diffusion Model.' },
  },
  outputs: {
    conditioning: { type: 'conditioning', title: 'Conditioning', help: 'For Guidance.' },
  },
  params: z.object({
    prompt: text({
      title: 'Prompt',
      help: 'What the picture shows.',
      default: '',
      multiline: true,
      tokens: { encoder: 'encoder', long: 'long' },
    }),
    long: choice({
      title: 'If too long',
      help: 'The text encoder reads 75 tokens at once. A longer prompt goes on in further pieces, or its end is cut off, as the first programs did.',
      default: 'pieces',
      choices: { pieces: 'Goes on in pieces', cut: 'Is cut off' },
      advanced: true,
    }),
    skipLayers: integer({
      title: 'Skip last layers',
      help: 'Leaves out so many of the text encoder’s last layers: 0 as Stable Diffusion was trained; some fine-tuned models want 1.',
      default: 0,
      min: 0,
      max: 11,
      advanced: true,
    }),
  }),

  async run({ inputs, params, note }) {
    const { skipLayers, long } = params;
    const maxChunks = promptPieces(long);
    const { conditioning, count, room, cut } = await inputs.encoder.encode(params.prompt, {
      skipLayers,
      maxChunks,
    });
    note('tokens', `${count} of ${Math.max(1, Math.ceil(Math.min(count, room * maxChunks) / room)) * room}`);
    if (cut !== '') note('warning', `Too long by ${count - room * maxChunks} tokens; cut off: ${cut}`);
    return { conditioning };
  },
});
