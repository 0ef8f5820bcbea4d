import { expect, it } from 'vitest';
import type { StepPicture } from '../../server/protocol/events.ts';
import { PictureLane } from '../../server/realtime/pictureLane.ts';

const picture = (node: string, step: number, run = 'run'): StepPicture => ({
  run,
  node,
  step,
  seq: step,
  of: 1_000,
  mime: 'image/jpeg',
  bytes: new Uint8Array(1),
});

function recorded() {
  const sent: { node: string; step: number; received: () => void }[] = [];
  const lane = new PictureLane(({ node, step }, received) => sent.push({ node, step, received }));
  return { lane, sent, steps: () => sent.map(({ node, step }) => `${node}${step}`) };
}

it('sends one picture per node until it is acknowledged, then the newest', () => {
  const { lane, sent, steps } = recorded();
  for (let step = 1; step <= 1_000; step++) {
    lane.offer(picture('a', step));
    lane.offer(picture('b', step));
  }
  expect(steps()).toEqual(['a1', 'b1']);
  sent[0]!.received();
  expect(steps()).toEqual(['a1', 'b1', 'a1000']);
  sent[1]!.received();
  sent[2]!.received();
  expect(steps()).toEqual(['a1', 'b1', 'a1000', 'b1000']);
});

it('forgets what waits of a run that is no longer watched', () => {
  const { lane, sent, steps } = recorded();
  lane.offer(picture('a', 1));
  lane.offer(picture('a', 2));
  lane.forget('run');
  sent[0]!.received();
  expect(steps()).toEqual(['a1']);
  lane.offer(picture('a', 3));
  expect(steps()).toEqual(['a1', 'a3']);
});
