import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { useSecondsSince } from '../../../client/shell/useSecondsSince.ts';

beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-01-01T10:00:10Z') }));
afterEach(() => vi.useRealTimers());

it('counts the seconds since a moment while there is one, and stops its clock after', async () => {
  const moment = ref<string | undefined>('2026-01-01T10:00:00Z');
  const scope = effectScope();
  const seconds = scope.run(() => useSecondsSince(() => moment.value))!;
  expect(seconds.value).toBe(10);
  vi.advanceTimersByTime(3000);
  expect(seconds.value).toBe(13);
  moment.value = undefined;
  await nextTick();
  expect(seconds.value).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
  // The server's clock is ahead.
  moment.value = '2026-01-01T11:00:00Z';
  await nextTick();
  expect(seconds.value).toBe(0);
  scope.stop();
  expect(vi.getTimerCount()).toBe(0);
});
