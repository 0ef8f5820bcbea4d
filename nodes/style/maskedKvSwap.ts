import { maskedKvSwapPatch } from '../../models/sampling/maskedKvSwapPatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { selectAttentionLayers } from '../../models/sampling/selectAttentionLayers.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { layers, number } from '../contract/parameter.ts';
import { stepRange, checkStepRange } from './stepRange.ts';
import { maskKey } from '../mask/maskKey.ts';
import { checkTrajectory } from './checkTrajectory.ts';

export const maskedKvSwap = defineNode({
  type: 'style/masked-kv-swap',
  version: 1,
  title: 'Masked KV Swap',
  help: 'Paints what the mask selects with the brushwork of its surroundings: there the self-attention layers see the keys and values of the background only, so that an object pasted into a painting is built of what the painting is made of. Outside the mask nothing changes. Soft masks blend; a mask of another size is stretched; an empty one changes nothing and costs nothing. Every step takes two evaluations.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'The one to patch; may be patched already.' },
    mask: { type: 'mask', title: 'Mask', help: 'The object.' },
    background: {
      type: 'trajectory',
      title: 'Background',
      help: 'The inverted background without the object, with keys and values kept: the object then sees all of it, also what it hides. Needed when the mask selects everything. Without it, the object sees what surrounds it at that moment.',
      optional: true,
    },
  },
  outputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Paints the object like its surroundings.' },
  },
  params: z.object({
    layers: layers({
      title: 'Layers',
      help: 'Self-attention layers to swap in, styleid (output blocks 6 to 11 of Stable Diffusion), or for example 7-11, middle or all. More layers carry over more of the background, also its shapes.',
      default: 'styleid',
    }),
    tau: number({
      title: 'Temperature',
      help: 'Above 1 the object picks single places of the background, below 1 it mixes many.',
      default: 1.5,
      min: 0.1,
      max: 10,
      step: 0.1,
    }),
    strength: number({
      title: 'Strength',
      help: 'At 0 the object stays as it is, at 1 it is painted wholly anew.',
      default: 1,
      min: 0,
      max: 1,
      step: 0.05,
    }),
    ...stepRange('the swap'),
  }),

  check: (params) => checkStepRange(params, 'The swap'),

  async run({ inputs, params, note }) {
    const { denoiser, mask, background } = inputs;
    const ids = selectAttentionLayers(params.layers, denoiser.attentionLayers);
    if (background) await checkTrajectory(background, 'background', { denoiser, layers: ids });
    const chosen = denoiser.attentionLayers.filter(({ id }) => ids.includes(id));
    note('layers', ids.join(', '));
    const patch = maskedKvSwapPatch({ ...params, mask, layers: chosen, background });
    const key = `masked-kv-swap ${JSON.stringify([params, maskKey(mask), background?.key])}`;
    return { denoiser: patchDenoiser(denoiser, key, patch) };
  },
});
