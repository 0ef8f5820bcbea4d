import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WorkNews } from '../../../server/runs/workNews.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('passes on the newest record of each node, a few times a second', () => {
  const told: string[] = [];
  const news = new WorkNews((node, { step }) => told.push(`${node} ${step}`));
  for (let step = 1; step <= 100; step++) {
    news.offer('a', { state: 'running', step, of: 100 });
    if (step === 3) news.offer('b', { state: 'running', step, of: 3 });
    vi.advanceTimersByTime(5);
  }
  expect(told.length).toBeLessThanOrEqual(7);
  expect(told).toContain('b 3');
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toBe('a 100');
});

it('passes on at once when it has to, and nothing of a node that has more to tell', () => {
  const told: string[] = [];
  const news = new WorkNews((node) => told.push(node));
  news.offer('a', { state: 'running' });
  news.offer('b', { state: 'running' });
  news.forget('a');
  news.flush();
  expect(told).toEqual(['b']);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(['b']);
});
