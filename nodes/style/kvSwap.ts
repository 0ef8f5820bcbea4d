import { kvSwapPatch } from '../../models/sampling/kvSwapPatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { selectAttentionLayers } from '../../models/sampling/selectAttentionLayers.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { layers, number } from '../contract/parameter.ts';
import { checkTrajectory } from './checkTrajectory.ts';
import { checkStepRange, stepRange } from './stepRange.ts';

export const kvSwap = defineNode({
  type: 'style/kv-swap',
  version: 1,
  title: 'KV Swap',
  help: 'The heart of StyleID: while a sampler runs, the self-attention layers look at the painting instead of at the picture itself. Their keys and values come from the inverted style; the queries are a blend with those of the inverted content, which keeps its layout. Gives a denoiser that any sampler takes.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'The one to patch; may be patched already.' },
    style: { type: 'trajectory', title: 'Style', help: 'Inverted style picture, with keys and values kept.' },
    content: {
      type: 'trajectory',
      title: 'Content',
      help: 'Inverted content picture, with queries kept. Without it, the picture uses its own queries.',
      optional: true,
    },
  },
  outputs: { denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Paints in the style.' } },
  params: z.object({
    layers: layers({
      title: 'Layers',
      help: 'Self-attention layers to swap in, styleid (the choice of the authors: output blocks 6 to 11 of Stable Diffusion) or for example 7-11. More layers give more style and less content.',
      default: 'styleid',
    }),
    gamma: number({
      title: 'Gamma',
      help: 'Query preservation: 1 keeps the layout of the content strictly, 0 lets the style decide. StyleID: 0.75.',
      default: 0.75,
      min: 0,
      max: 1,
      step: 0.05,
    }),
    tau: number({
      title: 'Temperature',
      help: 'Above 1 sharpens the attention, against the blur that comes from mixing two pictures. StyleID: 1.5.',
      default: 1.5,
      min: 0.1,
      max: 10,
      step: 0.1,
    }),
    ...stepRange('the swap'),
  }),

  check: (params) => checkStepRange(params, 'The swap'),

  async run({ inputs, params }) {
    const { denoiser, style, content } = inputs;
    const ids = selectAttentionLayers(params.layers, denoiser.attentionLayers);
    const checked = { denoiser, layers: ids };
    await checkTrajectory(style, 'style', checked);
    if (content) await checkTrajectory(content, 'content', checked);
    const patch = kvSwapPatch({ ...params, layers: ids, style, content });
    const key = `kv-swap ${JSON.stringify([params, style.key, content?.key])}`;
    return { denoiser: patchDenoiser(denoiser, key, patch) };
  },
});
