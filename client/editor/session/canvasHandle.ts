import type { Shown } from '../canvas/fitView.ts';
import type { Point, Rect, Size } from '../core/rect.ts';

/** What a mounted canvas does for the session. */
export interface CanvasHandle {
  /** The size of a node as it is drawn. */
  sizeOf(node: string): Size | undefined;
  /** The seen part, in canvas coordinates, and its middle. */
  seen(): Rect;
  centre(): Point;
  /** Pans as little as it takes to see the rectangle. */
  reveal(rect: Rect): void;
  /** Where the pointer is, in canvas coordinates; undefined when it is elsewhere. */
  pointer(): Point | undefined;
  screenToCanvas(point: Point): Point;
  /** Calls back when every node has been drawn and measured: at once, or in a few frames. */
  whenMeasured(callback: () => void): void;
  /** Pans and zooms so that it is seen whole, and keeps it so until the view is moved. */
  show(what: () => Shown | undefined): void;
  /** Pans to the middle of the rectangle; zooms in only when it would be too small to read. */
  centreOn(rect: Rect): void;
  zoomBy(factor: number): void;
  openNodeSearch(at: Point): void;
}
