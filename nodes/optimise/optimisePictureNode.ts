import { z } from 'zod';
import { pictureToTensor, tensorToPicture } from '../../models/image/unitPixels.ts';
import { resizeMaskNearest } from '../../models/image/resizeMaskNearest.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { fromVggPixels, toVggPixels } from '../../models/vision/vggPixels.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, number } from '../contract/parameter.ts';
import { selectedShare } from '../mask/selectedShare.ts';
import { checkPictureSize } from './checkPictureSize.ts';
import { keptPicture } from './keptPicture.ts';
import { everyParam, iterationsParam } from './optimiseParams.ts';
import { runOptimisation } from './runOptimisation.ts';

export const optimisePictureNode = defineNode({
  type: 'optimise/optimise-picture',
  version: 1,
  title: 'Optimise Picture',
  help: 'Changes a picture, pixel by pixel and step by step, until its losses are small: numbers that say how far it is from what each loss node asks for. With a content and a style loss this is Gatys’ style transfer. Its cost grows with the picture’s area: begin small.',
  inputs: {
    vgg: { type: 'vgg', title: 'VGG', help: 'From Load VGG.' },
    image: { type: 'image', title: 'Image', help: 'What to begin with; the result has its size.' },
    losses: { type: 'pictureLoss', title: 'Losses', help: 'From loss nodes.' },
    mask: { type: 'mask', title: 'Mask', help: 'Which pixels may change. Without it, all.', optional: true },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'The picture that came of it.' } },
  params: z.object({
    iterations: iterationsParam('More come closer; most of the change comes in the first hundred.', 100),
    optimiser: choice({
      title: 'Optimiser',
      help: 'L-BFGS gets further in as many steps; Adam moves evenly, by about its step size in every step.',
      default: 'lbfgs',
      choices: { lbfgs: 'L-BFGS', adam: 'Adam' },
    }),
    rate: number({
      title: 'Step size',
      help: 'How far to go: 1 for L-BFGS; for Adam about 1 with Caffe’s weights, where colours go to 255, and 0.02 with others.',
      default: 1,
      min: 0.0001,
      max: 100,
      step: 0.01,
      control: 'number',
    }),
    balance: choice({
      title: 'Losses count',
      help: 'By weight: as they are, times their weights. Evenly: the pull of each is first brought to one strength, and only then weighted, as in the second pass of Deep Painterly Harmonization.',
      default: 'weight',
      choices: { weight: 'By weight', even: 'Evenly' },
      advanced: true,
    }),
    every: everyParam,
  }),
  reportsSteps: true,
  resumable: true,
  diskCache: keptPicture,

  async run({ inputs: { vgg, image, losses, mask }, params, signal, step, note, unfinished }) {
    checkPictureSize(image, 'image', 'optimised');
    const allowed = mask && resizeMaskNearest(mask, image);
    if (allowed && selectedShare(allowed) === 'nothing') {
      note('warning', 'The mask selects nothing: the picture stays as it is');
      return { image };
    }
    const terms = await losses.terms(vgg, image);
    if (terms.every(({ weight }) => weight === 0))
      throw new NodeError(
        'bad-parameter',
        'All losses have the weight 0: there is nothing to draw the picture to.',
        'losses',
      );
    const pixels = toVggPixels(pictureToTensor(image), vgg.config.pixels);
    const picture = (now: Tensor) => tensorToPicture(fromVggPixels(now, vgg.config.pixels));
    const tolerances = { toleranceGradient: 1e-5, toleranceChange: 1e-9 };
    await runOptimisation(
      {
        vgg,
        terms,
        rule: params.balance === 'even' ? 'normalised' : 'derivative',
        ...(allowed ? { mask: allowed } : {}),
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
