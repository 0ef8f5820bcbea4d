import { resizeMask } from '../../models/image/resizeMask.ts';
import { augmentExemplar as stepsOf } from '../../models/training/augmentExemplar.ts';
import { exemplarCrop } from '../../models/training/exemplarExample.ts';
import { PythonRandom } from '../../models/training/pythonRandom.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { integer, seed } from '../contract/parameter.ts';
import { selectedBox } from '../mask/selectedBox.ts';

export const augmentExemplar = defineNode({
  type: 'inpaint/augment-exemplar',
  version: 1,
  title: 'Augment Exemplar',
  help: 'What Paint by Example does with an exemplar while it trains: resizes it to a square, and at random flips, turns by up to 20 degrees, blurs and pulls it askew, so that the model cannot just copy. Useful to fine-tune, and to try how much a result depends on the exemplar’s pose. The numbers are those of Python’s random and numpy’s, drawn in the authors’ order.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'The exemplar, or the picture that it is in.' },
    mask: {
      type: 'mask',
      title: 'Box',
      help: 'The box around what it selects is cut out, with ten pixels around it. Without it, or when it is empty, the whole picture is taken.',
      optional: true,
    },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'The changed exemplar, square.' } },
  params: z.object({
    seed: seed({ title: 'Seed', help: 'The same seed always gives the same changes.', default: '42' }),
    size: integer({
      title: 'Size',
      help: 'Of the square. CLIP takes 224, which is what the authors use.',
      default: 224,
      min: 8,
      max: 1024,
      unit: 'px',
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const { image, mask } = inputs;
    const box = mask && selectedBox(resizeMask(mask, image));
    const exemplar = box ? exemplarCrop(image, box) : image;
    const random = new PythonRandom(BigInt(params.seed));
    const steps = stepsOf(exemplar, { random, size: params.size });
    note('changes', steps.map(({ name }) => name).join(', '));
    const { picture } = steps.at(-1)!;
    await show({ slot: 'image', picture });
    return { image: picture };
  },
});
