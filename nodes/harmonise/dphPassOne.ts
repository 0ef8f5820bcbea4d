import { z } from 'zod';
import { passOneTargets } from '../../models/painterly/passOneTargets.ts';
import { passOneTerms } from '../../models/painterly/passTerms.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { fromVggPixels, toVggPixels } from '../../models/vision/vggPixels.ts';
import { defineNode } from '../contract/node.ts';
import { number } from '../contract/parameter.ts';
import { checkMatching } from '../optimise/checkMatching.ts';
import { checkPictureSize } from '../optimise/checkPictureSize.ts';
import { keptPicture } from '../optimise/keptPicture.ts';
import { everyParam, iterationsParam } from '../optimise/optimiseParams.ts';
import { runOptimisation } from '../optimise/runOptimisation.ts';
import { namedVggLayers, vggLayerParam } from '../optimise/vggLayerParam.ts';
import { CONTENT_LAYERS, passInputs } from './passInputs.ts';
import { backInPainting, pastedPicture } from './pastedPicture.ts';

export const dphPassOne = defineNode({
  type: 'harmonise/dph-pass-1',
  version: 1,
  title: 'DPH Pass 1',
  help: 'The first pass of Deep Painterly Harmonization (Luan et al. 2018): finds, for every place of the pasted object and in every layer by itself, the patch of the painting that is most like it, and changes the object until its texture is what those patches have in common. The result is coarse: Pass 2 refines it.',
  inputs: passInputs,
  outputs: { image: { type: 'image', title: 'Image', help: 'For DPH Pass 2.' } },
  params: z.object({
    iterations: iterationsParam('The authors take 1000; most of the change comes in the first hundred.', 200),
    style: weight('Style', 'How much texture counts.', 100),
    content: weight('Content', 'How much it counts that the object stays recognisable.', 5),
    smoothness: weight(
      'Smoothness',
      'How much it counts that neighbouring pixels are alike, against noise.',
      0.001,
    ),
    layers: vggLayerParam({
      help: 'Whose patches are matched. Deeper ones see larger patches.',
      default: 'relu3_1, relu4_1, relu5_1',
    }),
    every: everyParam,
  }),
  reportsSteps: true,
  resumable: true,
  diskCache: keptPicture,

  async run({ inputs, params, signal, step, progress, note, unfinished }) {
    const { vgg, painting: whole } = inputs;
    checkPictureSize(inputs.image, 'image', 'optimised');
    const pasted = pastedPicture(inputs, note);
    if (pasted.nothing) return { image: whole };
    const styleLayers = namedVggLayers(params.layers, vgg);
    const { naive, painting, loose: mask } = pasted;
    for (const layer of styleLayers) checkMatching(layer, inputs.image, whole);
    if (pasted.idle) return { image: backInPainting(naive, pasted) };
    const matching = { signal, onProgress: progress };
    const input = { naive, painting, mask, styleLayers };
    const targets = await passOneTargets(vgg, input, matching);
    const weights = { content: params.content, style: params.style, tv: params.smoothness };
    const pixels = toVggPixels(naive, vgg.config.pixels);
    const picture = (now: Tensor) => backInPainting(fromVggPixels(now, vgg.config.pixels), pasted);
    await runOptimisation(
      {
        vgg,
        terms: passOneTerms(targets, { contentLayers: CONTENT_LAYERS, weights }),
        rule: 'masked',
        mask,
        pixels,
        optimiser: { kind: 'lbfgs', learningRate: 1, toleranceGradient: 1e-5, toleranceChange: 1e-9 },
        iterations: params.iterations,
        every: params.every,
        signal,
        picture,
      },
      { step, note, unfinished },
    );
    return { image: picture(pixels) };
  },
});

function weight(title: string, help: string, preset: number) {
  return number({
    title,
    help,
    default: preset,
    min: 0,
    max: 100_000,
    step: 0.001,
    control: 'number',
    advanced: true,
  });
}
