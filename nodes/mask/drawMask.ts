import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import { countPoints, type MaskOperation } from '../../drawing/strokes.ts';
import { readPoints } from '../../drawing/points.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { strokes } from '../contract/parameter.ts';
import { fullMask } from './fullMask.ts';
import { fromMaskBytes, toMaskBytes } from './maskBytes.ts';
import { maskView } from './maskView.ts';
import { selectedShare } from './selectedShare.ts';

/** Points of a stroke between two looks at whether the run was cancelled. */
const STRETCH = 64;

export const drawMask = defineNode({
  type: 'mask/draw',
  version: 1,
  title: 'Draw Mask',
  help: 'A mask drawn by hand over a picture: brush, eraser, polygon, lasso, fill, grow and feather. What was drawn is kept in the workflow as strokes, and gives the same mask wherever it runs. A mask that is wired in is where the drawing starts. On a picture of another size than the one that was drawn on, the drawing is stretched to fit.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'What to draw over; the mask gets its size.' },
    mask: {
      type: 'mask',
      title: 'Start',
      help: 'A mask to draw on, 8 bits deep; of another size it is stretched. Without it, the drawing starts with nothing selected.',
      optional: true,
    },
  },
  outputs: { mask: { type: 'mask', title: 'Mask', help: 'What is selected, as large as the picture.' } },
  params: z.object({
    strokes: strokes({ title: 'Drawing', help: 'The strokes, in the order in which they were made.' }),
  }),
  showsPictures: true,

  async run({ inputs, params, signal, progress, show, note }) {
    const { image } = inputs;
    const { ops, width, height } = params.strokes;
    const size = ops.length > 0 ? { width, height } : image;
    const start = inputs.mask ? resizeMask(inputs.mask, size) : fullMask(size, 0);
    const canvas = ops.length > 0 ? new MaskCanvas(size, toMaskBytes(start)) : undefined;
    for (const [index, operation] of ops.entries()) {
      await drawSlowly(canvas!, operation, signal);
      progress((index + 1) / ops.length);
    }
    const drawn = canvas ? fromMaskBytes(canvas.data, size) : start;
    const mask = resizeMask(drawn, image);
    note('selected', selectedShare(mask));
    if (ops.length > 0) note('drawn', `${ops.length} operations, ${countPoints(ops)} points`);
    if (mask !== drawn) note('stretched', `drawn on ${width} x ${height}`);
    await show({ slot: 'image', picture: maskView(mask, 'tint', image) });
    await show({ slot: 'input.image', picture: image, fullSize: 'lossy' });
    if (inputs.mask) await show({ slot: 'input.mask', picture: maskView(start, 'mask'), fullSize: 'exact' });
    return { mask };
  },
});

/** Lets messages in between, so that a run can be cancelled in the middle of a long stroke. */
async function drawSlowly(canvas: MaskCanvas, operation: MaskOperation, signal: AbortSignal): Promise<void> {
  const pause = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
  await pause();
  if (operation.op !== 'stroke') {
    canvas.apply(operation);
    return;
  }
  const points = readPoints(operation.points, 3) ?? [];
  for (let from = 0; from < points.length / 3; from += STRETCH) {
    canvas.paint(operation, points.slice(0, (from + STRETCH) * 3), from);
    await pause();
  }
}
