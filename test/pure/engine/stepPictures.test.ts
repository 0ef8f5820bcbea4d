import { describe, expect, it, vi } from 'vitest';
import { StepPictures } from '../../../server/engine/stepPictures.ts';

const picture = { width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(128) };

describe('StepPictures', () => {
  it('makes one at a time, drops those in between, and never the last', async () => {
    const pictures = new StepPictures();
    const delivered: number[] = [];
    let [making, most] = [0, 0];
    for (let step = 1; step <= 50; step += 1) {
      const make = async () => {
        most = Math.max(most, (making += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        making -= 1;
        return picture;
      };
      pictures.offer('sample', make, () => delivered.push(step));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await pictures.idle();
    expect(most).toBe(1);
    expect(delivered.length).toBeLessThan(50);
    expect(delivered.at(-1)).toBe(50);
    expect(delivered).toEqual(delivered.toSorted((a, b) => a - b));
  });

  it('keeps the nodes apart', async () => {
    const pictures = new StepPictures();
    const delivered: string[] = [];
    for (const node of ['a', 'b'])
      pictures.offer(
        node,
        async () => picture,
        () => delivered.push(node),
      );
    await pictures.idle();
    expect(delivered.toSorted()).toEqual(['a', 'b']);
  });

  it('enlarges small latents and keeps their shape', async () => {
    const pictures = new StepPictures();
    const sizes: number[][] = [];
    pictures.offer(
      'a',
      async () => picture,
      ({ width, height }) => sizes.push([width, height]),
    );
    await pictures.idle();
    expect(sizes).toEqual([[512, 256]]);
  });

  it('survives a picture that cannot be made', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const pictures = new StepPictures();
    const delivered: string[] = [];
    pictures.offer(
      'a',
      () => Promise.reject(new Error('no')),
      () => delivered.push('bad'),
    );
    await pictures.idle();
    pictures.offer(
      'a',
      async () => picture,
      () => delivered.push('good'),
    );
    await pictures.idle();
    expect(delivered).toEqual(['good']);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});
