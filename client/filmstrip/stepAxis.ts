import type { StepRecord } from '../../server/protocol/runs.ts';
import { roundStride } from './roundStride.ts';

/** How near to an end of the axis no other number stands, in thousandths. */
const MARGIN = 80;

/** Where steps lie, in thousandths from the left. A work that goes on where another stopped begins with a later step. */
export interface StepAxis {
  readonly first: number;
  readonly last: number;
  /** Steps whose numbers are told: the first, the last, and round ones between. */
  readonly ticks: readonly number[];
  /** How many frames there are. */
  readonly length: number;
  place(step: number): number;
  /** Of the frame at that position. */
  stepAt(index: number): number;
  placeAt(index: number): number;
  /** Position of the frame that is nearest to a share of the width. */
  nearest(share: number): number;
}

/** Over the steps of the frames, and those to come up to `until`. */
export function stepAxis(frames: readonly Pick<StepRecord, 'step'>[], until: number): StepAxis {
  const first = frames[0]?.step ?? 1;
  const last = Math.max(until, frames.at(-1)?.step ?? 1, first + 1);
  const place = (step: number): number => (1000 * (step - first)) / (last - first);
  const nearest = (share: number): number => {
    const step = first + share * (last - first);
    const after = frames.findIndex((frame) => frame.step >= step);
    if (after <= 0) return after < 0 ? frames.length - 1 : 0;
    return frames[after]!.step - step < step - frames[after - 1]!.step ? after : after - 1;
  };
  const stride = roundStride(Math.max(1, (last - first) / 5));
  const round = Array.from(
    { length: Math.floor(last / stride) - Math.floor(first / stride) },
    (_, i) => (Math.floor(first / stride) + 1 + i) * stride,
  );
  const between = round.filter((step) => place(step) >= MARGIN && place(step) <= 1000 - MARGIN);
  const stepAt = (index: number): number => frames[index]?.step ?? first;
  const placeAt = (index: number): number => place(stepAt(index));
  return {
    first,
    last,
    ticks: [first, ...between, last],
    length: frames.length,
    place,
    stepAt,
    placeAt,
    nearest,
  };
}
