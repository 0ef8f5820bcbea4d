/** Pointers shake: less than this many screen pixels is a click. */
const THRESHOLD = 3;

export interface PointerTrack {
  /** The pointer left the place where it was pressed. */
  started?(): void;
  /** Screen pixels from where it was pressed; at most once per frame. */
  moved(dx: number, dy: number, event: PointerEvent): void;
  ended?(dragged: boolean): void;
  /** Escape, a second finger, or the browser took the pointer away. Without it, the drag ends as if released. */
  cancelled?(): void;
}

/** Follows a pressed pointer until it is released. Second fingers are none of its business: they pinch. */
export function trackPointer(down: PointerEvent, track: PointerTrack): void {
  if (!down.isPrimary) return;
  let dragged = false;
  let frame = 0;
  let last = down;
  const flush = (): void => {
    frame = 0;
    track.moved(last.clientX - down.clientX, last.clientY - down.clientY, last);
  };
  const move = (event: PointerEvent): void => {
    if (event.pointerId !== down.pointerId) return;
    last = event;
    if (!dragged && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < THRESHOLD)
      return;
    if (!dragged) track.started?.();
    dragged = true;
    frame ||= requestAnimationFrame(flush);
  };
  const stop = (): void => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', cancel);
    removeEventListener('pointerdown', second, true);
    removeEventListener('keydown', key, true);
    cancelAnimationFrame(frame);
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== down.pointerId) return;
    stop();
    if (frame) flush();
    track.ended?.(dragged);
  };
  const cancel = (): void => {
    stop();
    if (dragged && track.cancelled) track.cancelled();
    else track.ended?.(dragged);
  };
  const second = (event: PointerEvent): void => {
    if (event.pointerId !== down.pointerId) cancel();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    cancel();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', cancel);
  addEventListener('pointerdown', second, true);
  addEventListener('keydown', key, true);
}
