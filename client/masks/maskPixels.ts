import { ref, shallowRef } from 'vue';
import type { Region } from '../../drawing/region.ts';
import type { MaskOperation, Strokes } from '../../drawing/strokes.ts';
import type { InputState } from '../pictures/inputPicture.ts';
import { drawAside } from './drawAside.ts';
import type { DrawnMask } from './drawnMask.ts';
import { openMask } from './openMask.ts';

/** Operations that look at every pixel many times, and how many pixels are still done in a blink. */
const SLOW: ReadonlySet<MaskOperation['op']> = new Set(['grow', 'feather', 'fill']);
const AT_ONCE = 500_000;

/** What the pixels of a drawing are made of. */
export interface MaskSource {
  readonly strokes: Strokes;
  readonly picture: HTMLImageElement | undefined;
  readonly start: InputState;
}

/** The pixels of a drawing, which follow what is asked for; what takes long is done beside the page's work. */
export class MaskPixels {
  private readonly maskRef = shallowRef<DrawnMask>();
  private readonly busyRef = ref(false);
  private readonly failedRef = ref(false);
  private readonly source: () => MaskSource;
  private readonly changed: (region: Region) => void;
  /** Counts what was begun: only what was begun last may end. */
  private attempt = 0;
  private redrawAsked = 0;
  private redrawing = false;

  /** `source` is what is asked for now; `changed` hears where pixels have changed. */
  constructor(source: () => MaskSource, changed: (region: Region) => void) {
    [this.source, this.changed] = [source, changed];
  }

  /** Absent while they are made for the first time. */
  get mask(): DrawnMask | undefined {
    return this.maskRef.value;
  }
  /** Whether they are being made, and cannot be drawn on. */
  get busy(): boolean {
    return this.busyRef.value;
  }
  /** Whether there was no memory for them. */
  get failed(): boolean {
    return this.failedRef.value;
  }

  /** Takes back what was painted and is no operation yet. */
  cancel(): void {
    const region = this.mask?.cancel();
    if (region) this.changed(region);
  }

  /** After a change of the strokes. */
  follow(): void {
    const { mask } = this;
    const { strokes } = this.source();
    if (!mask || !this.fits(mask)) return void this.redraw();
    // What was begun may be undone before it is done.
    [this.attempt, this.busyRef.value] = [this.attempt + 1, false];
    const added = mask.addedBy(strokes.ops);
    if (added && SLOW.has(added.op) && mask.canvas.data.length > AT_ONCE) {
      return void this.applyAside(mask, added, strokes.ops).catch(() => this.redraw());
    }
    const region = mask.follow(strokes.ops);
    if (region === 'redraw') void this.redraw();
    else if (region) this.changed(region);
  }

  /** All of it anew: one after another, and of what is asked for meanwhile only the last. */
  async redraw(): Promise<void> {
    this.redrawAsked = ++this.attempt;
    this.busyRef.value = this.source().strokes.ops.length > 0;
    if (this.redrawing) return;
    this.redrawing = true;
    let [begun, mask] = [0, undefined as DrawnMask | undefined | null];
    do {
      begun = this.redrawAsked;
      const { strokes, picture, start } = this.source();
      const opened = openMask({ strokes, picture, start: typeof start === 'string' ? undefined : start });
      mask = await opened.catch(() => null);
    } while (begun !== this.redrawAsked);
    this.redrawing = false;
    if (begun !== this.attempt) return;
    if (mask !== null) this.maskRef.value = mask;
    [this.failedRef.value, this.busyRef.value] = [mask === null, false];
  }

  /** Whether the drawing, as it is now, has the size of these pixels; before the first stroke it has that of the picture. */
  private fits({ canvas }: DrawnMask): boolean {
    const { strokes, picture } = this.source();
    const { naturalWidth = canvas.width, naturalHeight = canvas.height } = picture ?? {};
    const drawn = strokes.ops.length > 0;
    const [width, height] = drawn ? [strokes.width, strokes.height] : [naturalWidth, naturalHeight];
    return canvas.width === width && canvas.height === height;
  }

  private async applyAside(
    mask: DrawnMask,
    added: MaskOperation,
    ops: readonly MaskOperation[],
  ): Promise<void> {
    const mine = ++this.attempt;
    this.busyRef.value = true;
    const { width, height, data } = mask.canvas;
    const drawn = await drawAside({ strokes: { width, height, ops: [added] }, start: data }, 'editor');
    if (mine !== this.attempt) return;
    this.busyRef.value = false;
    mask.take(ops, drawn);
    if (drawn.changed) this.changed(drawn.changed);
  }
}
