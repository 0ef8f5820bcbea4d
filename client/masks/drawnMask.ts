import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import type { Brush } from '../../drawing/paintStroke.ts';
import { joinRegions, type Region } from '../../drawing/region.ts';
import type { MaskOperation } from '../../drawing/strokes.ts';
import type { Drawn } from './drawStrokes.ts';
import { copyRegion, pasteRegion } from './maskRegions.ts';

interface Step {
  /** The operations before it. */
  readonly before: readonly MaskOperation[];
  readonly region: Region | undefined;
  /** What was there. */
  readonly bytes: Uint8Array;
}

/** What undoing may keep in memory; older steps are drawn anew from the start. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The pixels of a drawing that is being worked on. It follows the operations that the workflow holds: new ones are
 * applied, undone ones taken back from what was there before them.
 */
export class DrawnMask {
  readonly canvas: MaskCanvas;
  /** As it was before what is being painted. */
  readonly #settled: Uint8Array;
  readonly #steps: Step[] = [];
  #kept = 0;
  #operations: readonly MaskOperation[];
  #open: Region | undefined;

  /** `pixels`: what the operations have led to so far; taken over, not copied. */
  constructor(
    size: { readonly width: number; readonly height: number },
    pixels: Uint8Array,
    operations: readonly MaskOperation[],
  ) {
    this.canvas = new MaskCanvas(size, pixels);
    this.#settled = pixels.slice();
    this.#operations = operations;
  }

  get operations(): readonly MaskOperation[] {
    return this.#operations;
  }

  /** Goes on with a stroke, from its point number `from`; says what changed. */
  paint(brush: Brush, points: ArrayLike<number>, from: number): Region | undefined {
    const changed = this.canvas.paint(brush, points, from);
    this.#open = joinRegions(this.#open, changed);
    return changed;
  }

  /** Takes back what was painted since the last whole operation. */
  cancel(): Region | undefined {
    const region = this.#open;
    this.#open = undefined;
    if (region) pasteRegion(this.canvas, region, copyRegion({ ...this.#size, data: this.#settled }, region));
    return region;
  }

  /** What was painted is an operation now, the last of these. */
  keep(operations: readonly MaskOperation[]): void {
    this.#record(operations, this.#open);
    this.#open = undefined;
  }

  /**
   * Makes the pixels those of other operations and says what changed; `redraw` when that cannot be told from what is
   * here, and all must be drawn anew.
   */
  follow(operations: readonly MaskOperation[]): Region | 'redraw' | undefined {
    if (operations === this.#operations) return undefined;
    const cancelled = this.cancel();
    if (this.#steps.at(-1)?.before === operations) return joinRegions(cancelled, this.#takeBack());
    const known = this.#operations;
    if (known.length > operations.length || known.some((operation, i) => operation !== operations[i])) {
      return 'redraw';
    }
    let changed = cancelled;
    for (let count = known.length + 1; count <= operations.length; count++) {
      const region = this.canvas.apply(operations[count - 1]!);
      this.#record(count === operations.length ? operations : operations.slice(0, count), region);
      changed = joinRegions(changed, region);
    }
    return changed;
  }

  /** The one operation that these have more than those here; undefined when they differ in another way. */
  addedBy(operations: readonly MaskOperation[]): MaskOperation | undefined {
    const known = this.#operations;
    const follows = operations.length === known.length + 1 && operations.at(-2) === known.at(-1);
    return follows ? operations.at(-1) : undefined;
  }

  /** Takes over what operations that follow on those here have led to elsewhere. */
  take(operations: readonly MaskOperation[], { pixels, changed }: Drawn): void {
    this.cancel();
    if (changed) pasteRegion(this.canvas, changed, copyRegion({ ...this.#size, data: pixels }, changed));
    this.#record(operations, changed);
  }

  get #size(): { width: number; height: number } {
    return { width: this.canvas.width, height: this.canvas.height };
  }

  #record(operations: readonly MaskOperation[], region: Region | undefined): void {
    const settled = { ...this.#size, data: this.#settled };
    const bytes = region ? copyRegion(settled, region) : new Uint8Array();
    if (region) pasteRegion(settled, region, copyRegion(this.canvas, region));
    this.#steps.push({ before: this.#operations, region, bytes });
    this.#operations = operations;
    this.#kept += bytes.length;
    while (this.#kept > MOST_BYTES) this.#kept -= this.#steps.shift()!.bytes.length;
  }

  #takeBack(): Region | undefined {
    const { before, region, bytes } = this.#steps.pop()!;
    this.#kept -= bytes.length;
    this.#operations = before;
    if (!region) return undefined;
    pasteRegion(this.canvas, region, bytes);
    pasteRegion({ ...this.#size, data: this.#settled }, region, bytes);
    return region;
  }
}
