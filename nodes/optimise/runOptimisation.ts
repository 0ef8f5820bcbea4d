import type { Picture } from '../../models/image/picture.ts';
import { OptimisationError } from '../../models/painterly/optimisationError.ts';
import {
  optimisePicture,
  PictureCourse,
  type OptimisePictureOptions,
  type PictureEnd,
  type PictureStep,
} from '../../models/painterly/optimisePicture.ts';
import type { NodeRun, PortSpecs } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';

interface ShownOptimisation extends OptimisePictureOptions {
  /** Of how many iterations one has a picture. */
  readonly every: number;
  /** What a person sees of the picture as the network takes it. */
  picture(pixels: Tensor): Picture;
}

const ends: Readonly<Record<PictureEnd, string | undefined>> = {
  iterations: undefined,
  gradient: 'there is nothing left to change',
  step: 'the steps became too small to matter',
  value: 'the losses stopped changing',
  direction: 'there is no way down from here',
};

/**
 * Optimises a picture as a node does: every iteration is a step with its losses, now and then with its picture. Paused, it goes on
 * from the step after when the run does. One whose loss
 * turns NaN stays as it was after the last good iteration, with a warning. Throws NodeError `not-finite` where there is none.
 */
export async function runOptimisation(
  options: ShownOptimisation,
  { step, note, unfinished }: Pick<NodeRun<PortSpecs, unknown>, 'step' | 'note' | 'unfinished'>,
): Promise<void> {
  const { terms, every, iterations: of, picture } = options;
  const unreported = new Set(terms.filter((term) => term.unreported).map(({ name }) => name));
  const onStep = ({ step: done, losses, total, pixels }: PictureStep): void => {
    const named = (reported: boolean) =>
      Object.fromEntries([...losses].filter(([name]) => unreported.has(name) !== reported));
    const shown = done % every === 0 || done === of;
    step({
      step: done,
      of,
      losses: { total, ...named(true) },
      values: named(false),
      ...(shown ? { picture: picture(pixels) } : {}),
    });
  };
  const onStop = (course: PictureCourse): void => unfinished.keep(course, course.bytes);
  const left = unfinished.take();
  const from = left instanceof PictureCourse ? { from: left } : {};
  try {
    const end = ends[await optimisePicture({ ...options, ...from, onStop, onStep })];
    if (end) note('ended early', end);
  } catch (error) {
    if (!(error instanceof OptimisationError)) throw error;
    if (error.steps === 0) throw new NodeError('not-finite', error.message);
    note('warning', `${error.message} The picture is as it was before; with a smaller step it may go on.`);
  }
}
