import type { Point, Rect, Size } from '../core/rect.ts';
import { ZOOM, type CanvasArea, type Transform } from './canvasArea.ts';
import { fitView, viewAround, type Shown } from './fitView.ts';

const MOVE_MS = 200;

export interface Viewport {
  /** The seen part, in canvas coordinates. */
  seen(): Rect;
  centre(): Point;
  /** Shows it all. `what` is asked again when the canvas changes its size, as long as nobody moved the view. */
  show(what: () => Shown | undefined, animate?: boolean): void;
  /** The canvas is not where it was: what was shown whole still is, anything else stays put on the screen. */
  relocated(by: Point): void;
  centreOn(rect: Rect): void;
  /** Pans as little as it takes to see the rectangle. */
  reveal(rect: Rect): void;
  zoomBy(factor: number): void;
  panTo(centre: Point): void;
}

/** Moves of the view, gliding so that the eye can follow. */
export function createViewport(area: CanvasArea, size: () => Size): Viewport {
  let frame = 0;
  /** Where the view glides to. */
  let goal: Transform | undefined;
  /** What was shown whole last, and the view that did. */
  let shown: { what: () => Shown | undefined; view: Transform } | undefined;
  const jump = (target: Transform): void => {
    cancelAnimationFrame(frame);
    goal = undefined;
    area.setTransform(target);
  };
  const glide = (target: Transform): void => {
    cancelAnimationFrame(frame);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return jump(target);
    goal = target;
    const start = area.transform.value;
    const begin = performance.now();
    const tick = (): void => {
      const t = (performance.now() - begin) / MOVE_MS;
      if (t >= 1) return jump(target);
      const ease = 1 - (1 - t) ** 3;
      const between = (a: number, b: number): number => a + (b - a) * ease;
      area.setTransform({
        k: between(start.k, target.k),
        x: between(start.x, target.x),
        y: between(start.y, target.y),
      });
      frame = requestAnimationFrame(tick);
    };
    tick();
  };
  const around = (centre: Point, k: number): Transform => viewAround(centre, k, size());
  const viewport: Viewport = {
    seen() {
      const { x, y, k } = area.transform.value;
      const { width, height } = size();
      return { x: -x / k, y: -y / k, width: width / k, height: height / k };
    },
    centre: () => middle(viewport.seen()),
    show(what, animate = true) {
      const now = what();
      if (!now) return;
      shown = { what, view: fitView(now, size()) };
      (animate ? glide : jump)(shown.view);
    },
    relocated(by) {
      const { x, y, k } = goal ?? area.transform.value;
      const untouched = shown?.view.k === k && shown.view.x === x && shown.view.y === y;
      if (shown && untouched) viewport.show(shown.what, false);
      else jump({ k, x: x - by.x, y: y - by.y });
    },
    centreOn: (rect) => glide(around(middle(rect), Math.max(0.7, area.transform.value.k))),
    reveal(rect) {
      const { x, y, k } = area.transform.value;
      const seen = viewport.seen();
      const shift = (start: number, length: number, from: number, room: number): number =>
        start < from
          ? from - start + 16
          : Math.min(0, from + room - (start + Math.min(length, room - 32)) - 16);
      const dx = shift(rect.x, rect.width, seen.x, seen.width);
      const dy = shift(rect.y, rect.height, seen.y, seen.height);
      if (dx !== 0 || dy !== 0) glide({ k, x: x + dx * k, y: y + dy * k });
    },
    zoomBy(factor) {
      const k = Math.min(ZOOM.max, Math.max(ZOOM.min, area.transform.value.k * factor));
      glide(around(viewport.centre(), k));
    },
    panTo: (centre) => jump(around(centre, area.transform.value.k)),
  };
  return viewport;
}

function middle(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}
