import { reactive, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Brush } from '../../drawing/paintStroke.ts';
import { writePoints } from '../../drawing/points.ts';
import type { Region } from '../../drawing/region.ts';
import type { MaskSettings } from './maskSettings.ts';
import { StrokePoints } from './strokePoints.ts';
import type { MaskDrawing } from './maskDrawing.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
/** A place on the picture and how hard the pen is pressed there. */
export interface PenPoint extends Point {
  readonly pressure: number;
}

export interface MaskTools {
  /** Corners of the polygon or lasso that is being drawn: x, y, x, y, ... in picture pixels. */
  readonly outline: Readonly<ShallowRef<readonly number[]>>;
  /** Where the keys draw. */
  readonly cursor: { x: number; y: number };
  /** Whether the keys were used last, so that their place is shown. */
  readonly byKeys: Ref<boolean>;
  /** `inverse`: erases where it would add, and the other way round; `straight`: from where the last stroke ended. */
  press(point: PenPoint, how: { readonly inverse: boolean; readonly straight: boolean }): void;
  move(points: readonly PenPoint[]): void;
  release(): void;
  cancel(): void;
  /** A corner, a dab or a fill at the place of the keys. */
  act(straight: boolean): void;
  closeOutline(): void;
  dropCorner(): void;
  dropOutline(): void;
}

/** Nearer than this (in screen pixels) to the first corner closes a polygon. */
const CLOSING = 8;
/** Beyond all pictures, and as far as a drawing may reach. */
const FARTHEST = 32_000;

interface Parts {
  readonly drawing: MaskDrawing;
  readonly settings: MaskSettings;
  /** Screen pixels per picture pixel. */
  readonly scale: () => number;
  readonly changed: (region: Region) => void;
}

/** What the tools do with pointers and keys. */
export function useMaskTools({ drawing, settings, scale, changed }: Parts): MaskTools {
  const outline = shallowRef<readonly number[]>([]);
  const cursor = reactive({ x: 0, y: 0 });
  const byKeys = ref(false);
  let stroke: { brush: Brush; points: StrokePoints } | undefined;
  let lasso = false;
  let inverted = false;
  let ended: PenPoint | undefined;

  const mode = (erases: boolean): 'add' | 'erase' => (erases !== inverted ? 'erase' : 'add');
  const paint = (points: readonly PenPoint[]): void => {
    if (!stroke) return;
    const from = stroke.points.count;
    for (const { x, y, pressure } of points.map(within)) stroke.points.add(x, y, pressure);
    if (stroke.points.count === from) return;
    const region = drawing.mask?.paint(stroke.brush, stroke.points.values, from);
    if (region) changed(region);
  };
  const begin = (points: readonly PenPoint[]): void => {
    const { size, hardness, tool } = settings;
    const brush: Brush = { mode: mode(tool === 'eraser'), radius: size / 2, hardness };
    stroke = { brush, points: new StrokePoints(size / 2) };
    paint(points);
  };
  const endStroke = (): void => {
    if (!stroke) return;
    const { brush, points } = stroke;
    stroke = undefined;
    const [x = 0, y = 0, pressure = 1] = points.values.slice(-3);
    ended = { x, y, pressure };
    drawing.keepPainted({ op: 'stroke', ...brush, points: points.toString() });
  };
  const addCorner = ({ x, y }: Point): void => {
    outline.value = [...outline.value, x, y];
  };
  const closeOutline = (): void => {
    const corners = outline.value;
    [outline.value, lasso] = [[], false];
    if (corners.length < 6) return;
    drawing.commit({ op: 'polygon', mode: mode(settings.erases), points: writePoints(corners, 2) });
  };
  const pressAt = (point: PenPoint, straight: boolean): void => {
    switch (settings.tool) {
      case 'brush':
      case 'eraser':
        return begin(straight && ended ? [ended, point] : [point]);
      case 'lasso':
        lasso = true;
        return addCorner(point);
      case 'polygon': {
        const [x, y] = outline.value;
        const near = x !== undefined && Math.hypot(point.x - x, point.y - y!) * scale() < CLOSING;
        if (near && outline.value.length >= 6) return closeOutline();
        return addCorner(point);
      }
      case 'fill':
        drawing.commit({ op: 'fill', mode: mode(settings.erases), x: point.x, y: point.y });
    }
  };

  return {
    outline,
    cursor,
    byKeys,
    press(point, { inverse, straight }) {
      if (drawing.busy) return;
      [inverted, byKeys.value] = [inverse, false];
      const place = within(point);
      // Keys go on from there.
      Object.assign(cursor, { x: Math.round(place.x), y: Math.round(place.y) });
      pressAt(place, straight);
    },
    move(points) {
      paint(points);
      if (!lasso) return;
      const [x = 0, y = 0] = outline.value.slice(-2);
      const next = within(points.at(-1)!);
      if (Math.hypot(next.x - x, next.y - y) * scale() >= 1.5) addCorner(next);
    },
    release() {
      endStroke();
      if (lasso) closeOutline();
    },
    cancel() {
      stroke = undefined;
      if (lasso) [outline.value, lasso] = [[], false];
      drawing.cancelPainted();
    },
    act(straight) {
      if (drawing.busy) return;
      // Corners that were clicked need no other one from the keys.
      if (!byKeys.value && outline.value.length > 0) return closeOutline();
      [inverted, byKeys.value] = [false, true];
      const point = { ...cursor, pressure: 1 };
      const [x, y] = outline.value.slice(-2);
      // The same place once more: that was the last corner.
      if (x === point.x && y === point.y) return closeOutline();
      if (settings.tool === 'lasso') return addCorner(point);
      pressAt(point, straight);
      endStroke();
    },
    closeOutline,
    dropCorner: () => (outline.value = outline.value.slice(0, -2)),
    dropOutline: () => ([outline.value, lasso] = [[], false]),
  };
}

function within({ x, y, pressure }: PenPoint): PenPoint {
  const limit = (value: number): number => Math.round(Math.min(FARTHEST, Math.max(-FARTHEST, value)) * 4) / 4;
  return { x: limit(x), y: limit(y), pressure };
}
