import { describe, expect, it } from 'vitest';
import { StepPictures } from '../../../server/runs/stepPictures.ts';

const picture = { width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(128) };

describe('StepPictures', () => {
  it('keeps a bounded number waiting, in order, and never loses the last', async () => {
    const pictures = new StepPictures();
    const delivered: number[] = [];
    for (let step = 1; step <= 200; step += 1) pictures.offer('sample', picture, () => delivered.push(step));
    await pictures.idle();
    expect(delivered).toEqual([1, ...Array.from({ length: 64 }, (_, i) => 137 + i)]);
  });

  it('keeps the nodes apart', async () => {
    const pictures = new StepPictures();
    const delivered: string[] = [];
    for (const node of ['a', 'b']) pictures.offer(node, picture, () => delivered.push(node));
    await pictures.idle();
    expect(delivered.toSorted()).toEqual(['a', 'b']);
  });

  it('enlarges small latents and keeps their shape', async () => {
    const pictures = new StepPictures();
    const sizes: number[][] = [];
    pictures.offer('a', picture, ({ width, height }) => sizes.push([width, height]));
    await pictures.idle();
    expect(sizes).toEqual([[512, 256]]);
  });
});
