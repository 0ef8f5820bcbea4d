import { expect, it } from 'vitest';
import { stagePointers } from '../../../client/pictures/stagePointers.ts';

/** What a stage hears of pointers, in words. */
function stage(panning = false) {
  const heard: string[] = [];
  const listeners = stagePointers({
    press: () => (heard.push('press'), true),
    move: (events) => void heard.push(`move ${events.map(({ clientX }) => clientX).join(' ')}`),
    release: () => void heard.push('release'),
    cancel: () => void heard.push('cancel'),
    pinch: ({ factor }) => void heard.push(`pinch ${factor}`),
    pan: (dx) => void heard.push(`pan ${dx}`),
    isPanning: () => panning,
  });
  const send = (kind: string, id: number, clientX: number, more: object = {}): void => {
    const event = {
      pointerId: id,
      pointerType: 'touch',
      button: 0,
      clientX,
      clientY: 0,
      currentTarget: { setPointerCapture: () => undefined },
      getCoalescedEvents: () => [],
      preventDefault: () => undefined,
      ...more,
    };
    listeners[`pointer${kind}`]!(event as unknown as PointerEvent);
  };
  return { heard, send };
}

it('draws with one finger, and pinches with two: what the first had begun is taken back', () => {
  const { heard, send } = stage();
  send('down', 1, 0);
  send('move', 1, 5);
  send('down', 2, 15);
  send('move', 2, 25);
  send('up', 2, 25);
  send('move', 1, 9);
  send('up', 1, 9);
  expect(heard).toEqual(['press', 'move 5', 'cancel', 'pinch 2']);
});

it('takes every place between two frames', () => {
  const { heard, send } = stage();
  const mouse = { pointerType: 'mouse' };
  send('down', 1, 0, mouse);
  send('move', 1, 3, { ...mouse, getCoalescedEvents: () => [{ clientX: 1 }, { clientX: 3 }] });
  send('up', 1, 3, mouse);
  expect(heard).toEqual(['press', 'move 1 3', 'release']);
});

it('moves the view with the middle button, or any while that is asked for', () => {
  const mouse = { pointerType: 'mouse', button: 1 };
  const { heard, send } = stage();
  send('down', 1, 10, mouse);
  send('move', 1, 14, mouse);
  send('up', 1, 14, mouse);
  const other = stage(true);
  other.send('down', 1, 0);
  other.send('move', 1, 7);
  expect([heard, other.heard]).toEqual([['pan 4'], ['pan 7']]);
});
