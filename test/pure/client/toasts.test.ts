import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts, type Toast } from '../../../client/workbench/toasts.ts';

let toasts: Toasts;
beforeEach(() => {
  vi.useFakeTimers();
  toasts = new Toasts();
});
afterEach(() => {
  vi.useRealTimers();
});

const shown = (): string[] => toasts.list.map(({ text }) => text);
const action = { title: 'Undo', run() {} };
const opened = (text: string): Omit<Toast, 'id'> => ({ kind: 'info', topic: 'opened', text, action });

it('puts a newer message in the place of an older one of its kind', () => {
  toasts.show(opened('Opened A.'));
  toasts.show({ kind: 'info', topic: 'deleted', text: 'B was deleted.', action });
  toasts.error(new Error('Wrong.'));
  toasts.show(opened('Opened C.'));
  toasts.error(new Error('Worse.'));
  expect(shown()).toEqual(['B was deleted.', 'Opened C.', 'Worse.']);
});

it('shows what can be undone longer than what is only to be seen', () => {
  toasts.show({ kind: 'ok', text: 'Saved.' });
  toasts.show(opened('Opened A.'));
  vi.advanceTimersByTime(4000);
  expect(shown()).toEqual(['Opened A.']);
  vi.advanceTimersByTime(4000);
  expect(shown()).toEqual([]);
});

it('keeps a message that somebody points at, however often they come and go', () => {
  const id = toasts.show(opened('Opened A.'));
  toasts.resume(id);
  toasts.pause(id);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(['Opened A.']);
  toasts.resume(id);
  vi.advanceTimersByTime(8000);
  expect(shown()).toEqual([]);
});

it('keeps messages behind a dialog until it is gone', () => {
  toasts.show({ kind: 'ok', text: 'Saved.' });
  toasts.hold(true);
  toasts.error(new Error('Wrong.'));
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(['Saved.', 'Wrong.']);
  toasts.hold(false);
  vi.advanceTimersByTime(8000);
  expect(shown()).toEqual([]);
});
