import { reactive, ref, shallowRef } from 'vue';
import type { Brush } from '../../drawing/paintStroke.ts';
import { writePoints } from '../../drawing/points.ts';
import type { Region } from '../../drawing/region.ts';
import type { MaskDrawing } from './maskDrawing.ts';
import type { MaskSettings } from './maskSettings.ts';
import { StrokePoints } from './strokePoints.ts';

/** A place on the picture and how hard the pen is pressed there. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
}

export interface MaskToolParts {
  readonly drawing: MaskDrawing;
  readonly settings: MaskSettings;
  /** Screen pixels per picture pixel. */
  readonly scale: () => number;
  readonly changed: (region: Region) => void;
}

/** Nearer than this (in screen pixels) to the first corner closes a polygon; corners of a lasso are further apart. */
const [CLOSING, APART] = [8, 1.5];
/** Beyond all pictures, and as far as a drawing may reach. */
const FARTHEST = 32_000;

/** What the tools do with pointers and keys. */
export class MaskTools {
  /** Corners of the polygon or lasso that is being drawn: x, y, x, y, ... in picture pixels. */
  readonly outline = shallowRef<readonly number[]>([]);
  /** Where the keys draw. */
  readonly cursor = reactive({ x: 0, y: 0 });
  /** Whether the keys were used last, so that their place is shown. */
  readonly byKeys = ref(false);
  private readonly parts: MaskToolParts;
  private stroke: { readonly brush: Brush; readonly points: StrokePoints } | undefined;
  private lasso = false;
  private inverted = false;
  /** Where the last stroke ended. */
  private ended: PenPoint | undefined;

  constructor(parts: MaskToolParts) {
    this.parts = parts;
  }

  /** `inverse`: erases where it would add, and the other way round; `straight`: from where the last stroke ended. */
  press(point: PenPoint, how: { readonly inverse: boolean; readonly straight: boolean }): void {
    if (!this.mayDraw()) return;
    [this.inverted, this.byKeys.value] = [how.inverse, false];
    const place = within(point);
    // Keys go on from there.
    Object.assign(this.cursor, { x: Math.round(place.x), y: Math.round(place.y) });
    this.begin(place, how.straight);
  }

  move(points: readonly PenPoint[]): void {
    this.paint(points);
    if (!this.lasso) return;
    const [x = 0, y = 0] = this.outline.value.slice(-2);
    const next = within(points.at(-1)!);
    if (Math.hypot(next.x - x, next.y - y) * this.parts.scale() >= APART) this.addCorner(next);
  }

  release(): void {
    this.endStroke();
    if (this.lasso) this.closeOutline();
  }

  cancel(): void {
    this.stroke = undefined;
    if (this.lasso) this.dropOutline();
    this.parts.drawing.cancelPainted();
  }

  /** A corner, a dab or a fill at the place of the keys. */
  act(straight: boolean): void {
    if (!this.mayDraw()) return;
    // Corners that were clicked need no other one from the keys.
    if (!this.byKeys.value && this.outline.value.length > 0) return this.closeOutline();
    [this.inverted, this.byKeys.value] = [false, true];
    const point = { ...this.cursor, pressure: 1 };
    const [x, y] = this.outline.value.slice(-2);
    // The same place once more: that was the last corner.
    if (x === point.x && y === point.y) return this.closeOutline();
    if (this.parts.settings.tool === 'lasso') return this.addCorner(point);
    this.begin(point, straight);
    this.endStroke();
  }

  closeOutline(): void {
    const corners = this.outline.value;
    this.dropOutline();
    if (corners.length < 6) return;
    const mode = this.mode(this.parts.settings.erases);
    this.parts.drawing.commit({ op: 'polygon', mode, points: writePoints(corners, 2) });
  }

  dropCorner(): void {
    this.outline.value = this.outline.value.slice(0, -2);
  }

  dropOutline(): void {
    [this.outline.value, this.lasso] = [[], false];
  }

  private begin(point: PenPoint, straight: boolean): void {
    const { drawing, settings } = this.parts;
    switch (settings.tool) {
      case 'brush':
      case 'eraser':
        return this.beginStroke(straight && this.ended ? [this.ended, point] : [point]);
      case 'lasso':
        this.lasso = true;
        return this.addCorner(point);
      case 'polygon':
        return this.isAtFirst(point) ? this.closeOutline() : this.addCorner(point);
      case 'fill':
        drawing.commit({ op: 'fill', mode: this.mode(settings.erases), x: point.x, y: point.y });
    }
  }

  private beginStroke(points: readonly PenPoint[]): void {
    const { size, hardness, tool } = this.parts.settings;
    const brush: Brush = { mode: this.mode(tool === 'eraser'), radius: size / 2, hardness };
    this.stroke = { brush, points: new StrokePoints(size / 2) };
    this.paint(points);
  }

  private paint(places: readonly PenPoint[]): void {
    if (!this.stroke) return;
    const { brush, points } = this.stroke;
    const [from, most] = [points.count, this.parts.drawing.pointsLeft];
    // At the end of its room a stroke stops, and stays.
    for (const { x, y, pressure } of places.map(within)) if (points.count < most) points.add(x, y, pressure);
    if (points.count === from) return;
    const region = this.parts.drawing.mask?.paint(brush, points.values, from);
    if (region) this.parts.changed(region);
  }

  private endStroke(): void {
    if (!this.stroke) return;
    const { brush, points } = this.stroke;
    this.stroke = undefined;
    const [x = 0, y = 0, pressure = 1] = points.values.slice(-3);
    this.ended = { x, y, pressure };
    this.parts.drawing.keepPainted({ op: 'stroke', ...brush, points: points.toString() });
  }

  /** Before anything is drawn that could not be kept. */
  private mayDraw(): boolean {
    const { drawing } = this.parts;
    if (drawing.busy) return false;
    if (drawing.pointsLeft === 0) drawing.refuse();
    return drawing.pointsLeft > 0;
  }

  private addCorner({ x, y }: PenPoint): void {
    if (this.outline.value.length / 2 >= this.parts.drawing.pointsLeft) return;
    this.outline.value = [...this.outline.value, x, y];
  }

  private isAtFirst(point: PenPoint): boolean {
    const [x = 0, y = 0] = this.outline.value;
    const away = Math.hypot(point.x - x, point.y - y) * this.parts.scale();
    return this.outline.value.length >= 6 && away < CLOSING;
  }

  private mode(erases: boolean): 'add' | 'erase' {
    return erases === this.inverted ? 'add' : 'erase';
  }
}

/** To quarters of a pixel, as it will be saved. */
function within({ x, y, pressure }: PenPoint): PenPoint {
  const limit = (value: number): number => Math.round(Math.min(FARTHEST, Math.max(-FARTHEST, value)) * 4) / 4;
  return { x: limit(x), y: limit(y), pressure };
}
