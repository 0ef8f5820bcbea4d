import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { cleanUp } from '../../../../../models/painterly/cleanUp.ts';
import type { ColourPlanes } from '../../../../../models/painterly/lab.ts';
import type { Size } from '../../../../../models/painterly/torch7Resize.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { Kind } from '../kind.ts';
import { inputMask, inputPicture } from './caseInputs.ts';

/** `deep-painterly-harmonization/post-process`: final_res.png cleaned up, with what comes of it on the way. */
export const postProcess: Kind = async ({ golden, report }) => {
  const painting = await inputPicture(golden, 'target.png');
  const found = await cleanUp({
    result: await golden.picture('final_res.png'),
    naive: await inputPicture(golden, 'naive.png'),
    painting,
    mask: await inputMask(golden, 'c_mask.png'),
    seed: 0,
    exact: true,
  });
  const { width, height, data: blend } = found.blend;
  const compared: Readonly<Record<string, readonly [Tensor, tolerance: string]>> = {
    lab_filtered: [planesTensor(found.labFiltered, found.blend), 'lab_filtered'],
    O1: [planesTensor(found.filtered, found.blend), 'rgb'],
    vote: [pictureToTensor(found.vote), 'vote'],
    output: [found.output, 'rgb'],
    sM: [{ shape: [1, height, width], data: blend }, 'rgb'],
  };
  for (const file of await golden.tensorFiles()) {
    for (const [name, [{ shape, data }, tolerance]] of Object.entries(compared)) {
      const expected = await file.get(name);
      // A vote is a level: exact but for the division.
      const within = name === 'vote' ? 1e-7 : golden.tolerance.for(name, tolerance);
      report.tensor(name, { shape: shape.slice(1), data }, expected, within);
    }
    const expected = await file.get('nnf');
    report.tensor(
      'nnf',
      fieldTensor(found.field, expected.shape),
      expected,
      golden.tolerance.for('nnf', 'nnf_distance'),
    );
  }
};

function planesTensor(planes: ColourPlanes, { width, height }: Size): Tensor {
  const result = tensor([1, planes.length, height, width]);
  for (const [c, plane] of planes.entries()) result.data.set(plane, c * width * height);
  return result;
}

/** Column, row and squared distance, zeros where no patch begins. */
function fieldTensor(
  { width, height, x, y, distance }: Awaited<ReturnType<typeof cleanUp>>['field'],
  shape: readonly number[],
): Tensor {
  const [, rows = 0, columns = 0] = shape;
  const data = new Float32Array(3 * rows * columns);
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++)
      for (const [channel, values] of [x, y, distance].entries())
        data[(channel * rows + v) * columns + u] = values[v * width + u]!;
  return { shape, data };
}
