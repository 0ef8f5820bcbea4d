import { pinchChange, type PinchChange } from './pinch.ts';

export interface StageGestures {
  /** The main button, a pen or one finger went down; answers whether anything begins. */
  press(event: PointerEvent): boolean;
  /** All places since the last call, oldest first. */
  move(events: readonly PointerEvent[]): void;
  release(): void;
  /** A second finger came down, or the browser took the pointer away. */
  cancel(): void;
  /** Two fingers, in pixels of the window. */
  pinch(change: PinchChange): void;
  pan(dx: number, dy: number): void;
  /** Whether the main button moves the view. */
  isPanning(): boolean;
}

type Listener = (event: PointerEvent) => void;
/** By the event's name. */
export type StagePointers = Readonly<Record<string, Listener>>;

/** Tells apart what pointers do on a stage: one draws, two fingers pinch, the middle button moves the view. */
export function stagePointers(gestures: StageGestures): StagePointers {
  const fingers = new Map<number, PointerEvent>();
  let active: { id: number; kind: 'press' | 'pan'; last: PointerEvent } | undefined;

  const leave = (): void => {
    if (active?.kind === 'press') gestures.cancel();
    active = undefined;
  };
  const down: Listener = (event) => {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') fingers.set(event.pointerId, event);
    if (fingers.size > 1) return leave();
    if (active) return;
    const pans = event.button === 1 || (event.button === 0 && gestures.isPanning());
    if (pans) active = { id: event.pointerId, kind: 'pan', last: event };
    else if (event.button !== 2 && gestures.press(event)) {
      active = { id: event.pointerId, kind: 'press', last: event };
    }
    if (event.button === 1) event.preventDefault();
  };
  const move: Listener = (event) => {
    const before = [...fingers.values()];
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (fingers.has(event.pointerId) && fingers.size === 2) {
      gestures.pinch(pinchChange(placesOf(before), placesOf([...fingers.values()])));
      return;
    }
    if (active?.id !== event.pointerId) return;
    if (active.kind === 'pan') {
      gestures.pan(event.clientX - active.last.clientX, event.clientY - active.last.clientY);
    } else {
      const all = event.getCoalescedEvents();
      gestures.move(all.length > 0 ? all : [event]);
    }
    active.last = event;
  };
  const up: Listener = (event) => {
    fingers.delete(event.pointerId);
    if (active?.id !== event.pointerId) return;
    const { kind } = active;
    active = undefined;
    if (kind === 'press') gestures.release();
  };
  const cancel: Listener = (event) => {
    fingers.delete(event.pointerId);
    if (active?.id === event.pointerId) leave();
  };
  return { pointerdown: down, pointermove: move, pointerup: up, pointercancel: cancel };
}

function placesOf(events: readonly PointerEvent[]): [{ x: number; y: number }, { x: number; y: number }] {
  const [a, b] = events.map(({ clientX, clientY }) => ({ x: clientX, y: clientY }));
  return [a!, b!];
}
