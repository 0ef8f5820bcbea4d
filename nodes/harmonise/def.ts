import type { Mask } from '../../models/image/picture.ts';
import { maskToLatent } from '../../models/image/maskTensor.ts';
import type { AdapterFeatures } from '../../models/sampling/adapter.ts';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { EncoderSteering } from '../../models/sampling/encoderSteering.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { steeringPatch } from '../../models/sampling/steeringPatch.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, number } from '../contract/parameter.ts';
import { maskKey } from '../mask/maskKey.ts';

export const def = defineNode({
  type: 'harmonise/def',
  version: 1,
  title: 'DEF',
  help: "Dual Encoder Fusion, the heart of PHDiffusion: in every step the features of the Adaptive Encoder join the denoiser's own on its way down. At the two large levels they are added. At the two small ones the object in either looks at the background for its style, and what they find is fused. Gives a denoiser that any sampler takes and that can be patched further, by KV Swap or Guidance for example.",
  inputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'The one to patch; may be patched already. The published adapters are made for Stable Diffusion 1.4.',
    },
    features: {
      type: 'features',
      title: 'Features',
      help: 'From Adaptive Encoder, of a picture of the same size.',
    },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'Another foreground for the fusion than the one that the features were made with.',
      optional: true,
    },
  },
  outputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Harmonises. Masked Blend keeps the background.' },
  },
  params: z.object({
    strength1: strength('Level 1', 'the largest, where fine texture is'),
    strength2: strength('Level 2', 'the second'),
    strength3: strength('Level 3', 'the third, the first that is fused'),
    strength4: strength('Level 4', 'the smallest, where large shapes are'),
    deep: choice({
      title: 'Levels 3 and 4',
      help: 'Fused, as the authors do; or added like the other levels, without a look at the background.',
      default: 'fused',
      choices: { fused: 'Fused (DEF)', added: 'Added' },
      advanced: true,
    }),
  }),

  async run({ inputs: { denoiser, features, mask = features.mask }, params, note }) {
    checkFits(features, denoiser);
    const warning = modelWarning(denoiser);
    if (warning !== undefined) note('warning', warning);
    const strengths = [params.strength1, params.strength2, params.strength3, params.strength4];
    const fused = params.deep === 'fused';
    const steering: EncoderSteering = {
      features: features.levels,
      strengths,
      ...(fused ? { fusion: { blocks: features.fusion, mask: latentMask(mask, features) } } : {}),
    };
    const key = `def ${JSON.stringify([features.key, strengths, fused ? maskKey(mask) : ''])}`;
    return { denoiser: patchDenoiser(denoiser, key, steeringPatch(steering)) };
  },
});

function strength(title: string, which: string) {
  return number({
    title,
    help: `How strongly the features of this level act (${which}): 1 as trained, 0 leaves it out.`,
    default: 1,
    min: 0,
    max: 2,
    step: 0.05,
  });
}

/** The first level has the size of the latent. */
function latentMask(mask: Mask, { levels, mask: { height: pixels } }: AdapterFeatures) {
  const [, , height = 1, width = 1] = levels[0]!.shape;
  return maskToLatent(mask, { height, width, downscale: pixels / height });
}

/** An adapter of a model with other levels cannot steer this one. */
function checkFits({ levels, fusion }: AdapterFeatures, denoiser: Denoiser): void {
  const found = levels.map(({ shape }) => shape[1]!);
  const expected = denoiser.encoderLevels.map(({ channels }) => channels);
  const deepest = expected.slice(-fusion.channels.length);
  if (found.join() === expected.join() && fusion.channels.join() === deepest.join()) return;
  const message = `The adapter has ${found.join(', ')} channels at its levels (${fusion.channels.join(', ')} in its fusion blocks), this denoiser (${denoiser.architecture}) ${expected.join(', ')}: they do not belong together. PHDiffusion's adapters need Stable Diffusion 1.4, which Load Diffusion Model opens.`;
  throw new NodeError('shape-mismatch', message, 'denoiser');
}

/** Models with the same channels that the published adapters were not trained with. */
function modelWarning({ architecture }: Denoiser): string | undefined {
  if (!architecture.startsWith('Stable Diffusion 2')) return undefined;
  return `PHDiffusion's adapters were trained with Stable Diffusion 1.4; with ${architecture} the result will be poor`;
}
