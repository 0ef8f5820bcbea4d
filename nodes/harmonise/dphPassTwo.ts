import { z } from 'zod';
import { pictureToTensor } from '../../models/image/unitPixels.ts';
import { passTwoTerms } from '../../models/painterly/passTerms.ts';
import { passTwoTargets } from '../../models/painterly/passTwoTargets.ts';
import { paintingNoise, styleWeights } from '../../models/painterly/styleWeights.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { fromVggPixels, toVggPixels } from '../../models/vision/vggPixels.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, number } from '../contract/parameter.ts';
import { checkPictureSize } from '../optimise/checkPictureSize.ts';
import { keptPicture } from '../optimise/keptPicture.ts';
import { everyParam, iterationsParam } from '../optimise/optimiseParams.ts';
import { runOptimisation } from '../optimise/runOptimisation.ts';
import { CONTENT_LAYERS, passInputs } from './passInputs.ts';
import { backInPainting, pastedPicture } from './pastedPicture.ts';

const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'];
const HISTOGRAM_LAYERS = ['relu1_1', 'relu4_1'];

export const dphPassTwo = defineNode({
  type: 'harmonise/dph-pass-2',
  version: 1,
  title: 'DPH Pass 2',
  help: 'The second pass of Deep Painterly Harmonization: one mapping for all layers, in which neighbours agree where in the painting they take their brushwork from. It starts again from the pasted object; what Pass 1 made of it only says what goes where. Histograms (how often which value occurs) keep textures as strong as the painting’s.',
  inputs: {
    vgg: passInputs.vgg,
    image: passInputs.image,
    first: { type: 'image', title: 'Pass 1', help: 'What DPH Pass 1 made of it.' },
    painting: passInputs.painting,
    mask: passInputs.mask,
    loose: passInputs.loose,
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'For DPH Post.' } },
  params: z.object({
    iterations: iterationsParam('The authors take 1000.', 200),
    level: number({
      title: 'Style level',
      help: 'How strong the painting’s style is, from 1 for one that is almost a photograph to 10 for one that gives up what is depicted. The authors let a classifier of art movements say it, which they did not publish: High Renaissance 1.0, Art Nouveau 1.2, Impressionism 5.3, Cubism 10.0. The higher, the more the object gives up its own look. How grainy the paint is need not be said, it is measured: in a smooth painting the object is kept smooth, in a rough one it takes on the grain.',
      default: 5,
      min: 1,
      max: 10,
      step: 0.1,
    }),
    optimiser: choice({
      title: 'Optimiser',
      help: 'The authors take L-BFGS; Adam changes more in the first steps.',
      default: 'lbfgs',
      choices: { lbfgs: 'L-BFGS', adam: 'Adam' },
      advanced: true,
    }),
    rate: number({
      title: 'Step size',
      help: 'Of the optimiser; the authors take 0.1.',
      default: 0.1,
      min: 0.0001,
      max: 100,
      step: 0.01,
      control: 'number',
      advanced: true,
    }),
    every: everyParam,
  }),
  reportsSteps: true,
  resumable: true,
  diskCache: keptPicture,

  async run({ inputs, params, signal, step, progress, note, unfinished }) {
    const { vgg, first, image: composite } = inputs;
    checkPictureSize(composite, 'image', 'optimised');
    const pasted = pastedPicture(inputs, note);
    if (first.width !== composite.width || first.height !== composite.height) {
      const message = `Pass 1 has ${first.width} x ${first.height} pixels, the composite ${composite.width} x ${composite.height}: they must be of one size.`;
      throw new NodeError('shape-mismatch', message, 'first');
    }
    if (pasted.nothing) return { image: inputs.painting };
    const { naive, painting, tight, loose } = pasted;
    if (pasted.idle) return { image: backInPainting(naive, pasted) };
    const targets = await passTwoTargets(
      vgg,
      {
        painting,
        first: pictureToTensor(first),
        tightMask: tight,
        looseMask: loose,
        styleLayers: STYLE_LAYERS,
        histogramLayers: HISTOGRAM_LAYERS,
      },
      { signal, onProgress: progress },
    );
    const weights = styleWeights(params.level, paintingNoise(painting));
    note(
      'weights',
      Object.entries(weights)
        .map(([name, value]) => `${name === 'tv' ? 'smoothness' : name} ${value.toFixed(2)}`)
        .join(', '),
    );
    const pixels = toVggPixels(naive, vgg.config.pixels);
    const picture = (now: Tensor) => backInPainting(fromVggPixels(now, vgg.config.pixels), pasted);
    const tolerances = { toleranceGradient: -1, toleranceChange: -1 };
    await runOptimisation(
      {
        vgg,
        terms: passTwoTerms(targets, { contentLayers: CONTENT_LAYERS, weights, mask: loose }),
        rule: 'normalised',
        mask: loose,
        pixels,
        optimiser: { kind: params.optimiser, learningRate: params.rate, ...tolerances },
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
