import type { Point, Rect, Size } from '../core/rect.ts';
import { ZOOM, type CanvasArea, type Transform } from './canvasArea.ts';

const PADDING = 24;
/** What the zoom bar in the bottom right corner covers. */
const CORNER = { width: 180, height: 44 };
const MOVE_MS = 200;

export interface Viewport {
  /** The seen part, in canvas coordinates. */
  seen(): Rect;
  centre(): Point;
  show(rect: Rect, animate?: boolean): void;
  centreOn(rect: Rect): void;
  /** Pans as little as it takes to see the rectangle. */
  reveal(rect: Rect): void;
  zoomBy(factor: number): void;
  panTo(centre: Point): void;
}

/** Moves of the view, gliding so that the eye can follow. */
export function createViewport(area: CanvasArea, size: () => Size): Viewport {
  let frame = 0;
  const jump = (target: Transform): void => {
    cancelAnimationFrame(frame);
    area.setTransform(target);
  };
  const glide = (target: Transform): void => {
    cancelAnimationFrame(frame);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return jump(target);
    const start = area.transform.value;
    const begin = performance.now();
    const tick = (): void => {
      const t = Math.min(1, (performance.now() - begin) / MOVE_MS);
      const ease = 1 - (1 - t) ** 3;
      const between = (a: number, b: number): number => a + (b - a) * ease;
      area.setTransform({
        k: between(start.k, target.k),
        x: between(start.x, target.x),
        y: between(start.y, target.y),
      });
      if (t < 1) frame = requestAnimationFrame(tick);
    };
    tick();
  };
  const around = (centre: Point, k: number): Transform => {
    const { width, height } = size();
    return { k, x: width / 2 - centre.x * k, y: height / 2 - centre.y * k };
  };
  const viewport: Viewport = {
    seen() {
      const { x, y, k } = area.transform.value;
      const { width, height } = size();
      return { x: -x / k, y: -y / k, width: width / k, height: height / k };
    },
    centre: () => middle(viewport.seen()),
    show(rect, animate = true) {
      const { width, height } = size();
      const fit = Math.min(
        (width - 2 * PADDING) / Math.max(1, rect.width),
        (height - 2 * PADDING) / Math.max(1, rect.height),
      );
      const k = Math.min(1, Math.max(ZOOM.min, fit));
      const { x, y } = around(middle(rect), k);
      const dx = cornerShift((width - rect.width * k) / 2, CORNER.width);
      const dy = dx > 0 ? 0 : cornerShift((height - rect.height * k) / 2, CORNER.height);
      (animate ? glide : jump)({ k, x: x - dx, y: y - dy });
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

/** How far to move from the middle, where there is room, so that the overview covers no result. */
function cornerShift(room: number, wanted: number): number {
  return Math.max(0, Math.min(room - PADDING, wanted - room));
}

function middle(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}
