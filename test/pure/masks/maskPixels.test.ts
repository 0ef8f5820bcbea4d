import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { drawStrokes } from '../../../client/masks/drawStrokes.ts';
import { MaskPixels } from '../../../client/masks/maskPixels.ts';
import type { DrawMessage } from '../../../client/masks/maskWorker.ts';
import type { MaskOperation } from '../../../drawing/strokes.ts';

/** A worker that answers when it is told to. */
class SlowWorker extends EventTarget {
  static readonly asked: DrawMessage[] = [];
  static newest: SlowWorker;
  constructor() {
    super();
    SlowWorker.newest = this;
  }
  postMessage(message: DrawMessage): void {
    SlowWorker.asked.push(message);
  }
  static async answer(): Promise<void> {
    const message = SlowWorker.asked.at(-1)!;
    const data = { id: message.id, ...drawStrokes(message) };
    SlowWorker.newest.dispatchEvent(new MessageEvent('message', { data }));
    await new Promise((resolve) => setTimeout(resolve));
  }
}
beforeEach(() => {
  SlowWorker.asked.length = 0;
  vi.stubGlobal('Worker', SlowWorker);
});
afterEach(() => void vi.unstubAllGlobals());

it('draws a long drawing anew once for many changes, and ends with the last', async () => {
  const dab = (x: number): MaskOperation => ({ op: 'fill', mode: 'add', x, y: 1 });
  let ops = [dab(1), dab(2), dab(3), dab(4)];
  const source = () => ({
    strokes: { width: 8, height: 8, ops },
    picture: undefined,
    start: 'unwired' as const,
  });
  const pixels = new MaskPixels(source, () => undefined);
  void pixels.redraw();
  for (let count = 3; count > 0; count--) {
    ops = ops.slice(0, count);
    pixels.follow();
  }
  expect(SlowWorker.asked.map(({ strokes }) => strokes.ops.length)).toEqual([4]);
  await SlowWorker.answer();
  expect(SlowWorker.asked.map(({ strokes }) => strokes.ops.length)).toEqual([4, 1]);
  expect([pixels.busy, pixels.mask]).toEqual([true, undefined]);
  await SlowWorker.answer();
  expect([pixels.busy, pixels.mask?.operations]).toEqual([false, ops]);
});
