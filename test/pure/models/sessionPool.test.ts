import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../models/architectures/modelError.ts';
import type { Session } from '../../../models/runtime/openSession.ts';
import { SessionPool, type SessionRequest } from '../../../models/runtime/sessionPool.ts';

function setup(budgetBytes: number) {
  const events: string[] = [];
  const pool = new SessionPool({ budgetBytes });
  const request = (key: string, bytes = 10): SessionRequest => ({
    key,
    bytes,
    open: async () => {
      events.push(`open ${key}`);
      const release = async () => void events.push(`release ${key}`);
      return { device: 'cpu', inputNames: [], run: async () => new Map(), release } satisfies Session;
    },
  });
  return { events, pool, request };
}

describe('SessionPool', () => {
  it('shares a session between those who ask at once', async () => {
    const { events, pool, request } = setup(100);
    await Promise.all([pool.use(request('a'), async () => 1), pool.use(request('a'), async () => 2)]);
    expect(events).toEqual(['open a']);
    expect(pool.bytes).toBe(10);
  });

  it('releases the least recently used one when the budget is full', async () => {
    const { events, pool, request } = setup(20);
    for (const key of ['a', 'b', 'a', 'c']) await pool.use(request(key), async () => undefined);
    expect(events).toEqual(['open a', 'open b', 'release b', 'open c']);
    expect(pool.keys).toEqual(['a', 'c']);
  });

  it('opens a new session after one whose device was lost', async () => {
    const { events, pool, request } = setup(100);
    const lost = pool.use(request('a'), () => Promise.reject(new ModelError('device-lost', 'gone')));
    await expect(lost).rejects.toThrow('gone');
    const bad = pool.use(request('a'), () => Promise.reject(new ModelError('input', 'odd')));
    await expect(bad).rejects.toThrow('odd');
    await pool.use(request('a'), async () => undefined);
    expect(events).toEqual(['open a', 'release a', 'open a']);
  });

  it('never releases one in use, and opens beyond the budget if it must', async () => {
    const { events, pool, request } = setup(15);
    await pool.use(request('a'), async () => {
      await pool.use(request('b'), async () => {
        expect(pool.bytes).toBe(20);
      });
    });
    expect(events).toEqual(['open a', 'open b', 'release b']);
    await pool.use(request('large', 50), async () => expect(pool.keys).toEqual(['large']));
  });

  it('keeps one that is larger than the budget until another is wanted', async () => {
    const { events, pool, request } = setup(15);
    for (let step = 0; step < 3; step++) await pool.use(request('large', 50), async () => undefined);
    expect(events).toEqual(['open large']);
    await pool.use(request('small'), async () => undefined);
    expect(events).toEqual(['open large', 'release large', 'open small']);
  });

  it('lets a small one stay beside one that is larger than the budget', async () => {
    const { events, pool, request } = setup(15);
    for (let step = 0; step < 3; step++) {
      await pool.use(request('unet', 1000), async () => undefined);
      await pool.use(request('preview'), async () => undefined);
    }
    expect(events).toEqual(['open unet', 'open preview']);
  });

  it('forgets a session that could not be opened', async () => {
    const { pool, request } = setup(100);
    const failing = { ...request('a'), open: () => Promise.reject(new Error('no memory')) };
    await expect(pool.use(failing, async () => 1)).rejects.toThrow('no memory');
    expect(pool.bytes).toBe(0);
    await expect(pool.use(request('a'), async () => 1)).resolves.toBe(1);
  });

  it('releases by prefix', async () => {
    const { events, pool, request } = setup(100);
    for (const key of ['m/text', 'm/unet']) await pool.use(request(key), async () => undefined);
    await pool.release('m/text');
    expect(events.at(-1)).toBe('release m/text');
    expect(pool.keys).toEqual(['m/unet']);
  });
});
