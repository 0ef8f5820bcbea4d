import { computed, ref, shallowRef, watch } from 'vue';
import type { Region } from '../../drawing/region.ts';
import { DRAWING_LIMITS, type MaskOperation, type Strokes } from '../../drawing/strokes.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { inputPicture, type InputState } from '../pictures/inputPicture.ts';
import { loadPicture } from '../pictures/loadPicture.ts';
import { texts } from '../texts/en.ts';
import { addOperation, pointsIn } from './addOperation.ts';
import type { DrawnMask } from './drawnMask.ts';
import { MaskPixels } from './maskPixels.ts';
import { strokesOf, trustStrokes } from './strokesOf.ts';

/** From so many points or operations on it is said that a drawing will be full. */
const [FEW_POINTS, FEW_OPERATIONS] = [5_000, 100];

interface Place {
  readonly node: string;
  /** Of the parameter. */
  readonly name: string;
}

/**
 * The drawing of a node, as it is in the workflow: whatever changes it there (undo, too) is followed here. `changed`
 * hears where pixels have changed. Its watchers live as long as the component that makes it.
 */
export class MaskDrawing {
  private readonly inputRef = computed(() => this.read('image'));
  private readonly startRef = computed(() => this.read('mask'));
  private readonly strokesRef = computed(() => {
    const { session, place } = this;
    return strokesOf(session.document.nodes.find(({ id }) => id === place.node)?.params[place.name]);
  });
  private readonly pictureRef = shallowRef<HTMLImageElement>();
  private readonly pictureGone = ref(false);
  private readonly refused = ref(false);
  private readonly pixels: MaskPixels;
  private readonly session: EditorSession;
  private readonly place: Place;

  constructor(session: EditorSession, place: Place, changed: (region: Region) => void) {
    [this.session, this.place] = [session, place];
    const source = () => ({ strokes: this.strokesRef.value, picture: this.picture, start: this.start });
    this.pixels = new MaskPixels(source, changed);
    watch(
      () => urlOf(this.input),
      (url) => void this.openPicture(url),
      { immediate: true },
    );
    watch(
      () => urlOf(this.start),
      () => void this.pixels.redraw(),
    );
    watch(this.strokesRef, () => {
      this.refused.value = false;
      this.pixels.follow();
    });
  }

  /** What is known of the picture to draw on. */
  get input(): InputState {
    return this.inputRef.value;
  }
  /** And of the mask that it starts with. */
  get start(): InputState {
    return this.startRef.value;
  }
  get picture(): HTMLImageElement | undefined {
    return this.pictureRef.value;
  }
  /** The pixels; absent while they are made for the first time. */
  get mask(): DrawnMask | undefined {
    return this.pixels.mask;
  }
  /** Whether they are being made, and cannot be drawn on. */
  get busy(): boolean {
    return this.pixels.busy;
  }
  /** Whether it can be drawn on now. */
  get ready(): boolean {
    return this.mask !== undefined && !this.busy;
  }
  /** What keeps it from being drawn on, or what was refused last. */
  get problem(): string {
    const { masks } = texts;
    if (this.pictureGone.value) return masks.pictureGone;
    if (this.pixels.failed) return masks.cannotDraw;
    return this.refused.value ? masks.full : '';
  }
  /** What is good to know before drawing on: that it is stretched, or will soon be full. */
  get remark(): string {
    const { ops, width, height } = this.strokesRef.value;
    const { naturalWidth = width, naturalHeight = height } = this.picture ?? {};
    if (this.pointsLeft < FEW_POINTS || DRAWING_LIMITS.operations - ops.length < FEW_OPERATIONS) {
      return texts.masks.nearlyFull;
    }
    const fits = ops.length === 0 || (width === naturalWidth && height === naturalHeight);
    return fits ? '' : texts.masks.stretched(`${width} × ${height}`, `${naturalWidth} × ${naturalHeight}`);
  }
  /** How many points the next operation may have; 0 when there is no room for one at all. */
  get pointsLeft(): number {
    const { ops } = this.strokesRef.value;
    return ops.length >= DRAWING_LIMITS.operations ? 0 : Math.max(0, DRAWING_LIMITS.points - pointsIn(ops));
  }

  /** Adds an operation to the workflow: one undo step. */
  commit(operation: MaskOperation): void {
    const next = this.with(operation);
    if (next) this.save(next);
  }

  /** Makes what was painted an operation. */
  keepPainted(operation: MaskOperation): void {
    const next = this.with(operation);
    if (!next) return this.cancelPainted();
    this.mask!.keep(next.ops);
    this.save(next);
  }

  cancelPainted(): void {
    this.pixels.cancel();
  }

  /** Says that nothing more can be drawn. */
  refuse(): void {
    this.refused.value = true;
  }

  private read(port: string): InputState {
    return inputPicture(this.session, { node: this.place.node, port });
  }

  /** The drawing with one more operation; undefined when that cannot be. */
  private with(operation: MaskOperation): Strokes | undefined {
    if (!this.mask || !this.ready) return undefined;
    const { canvas, operations } = this.mask;
    const ops = addOperation(operations, operation, this.start !== 'unwired');
    this.refused.value = ops === 'full';
    return ops === 'full' ? undefined : trustStrokes({ width: canvas.width, height: canvas.height, ops });
  }

  private save(value: Strokes): void {
    this.session.execute({ kind: 'setParam', ...this.place, value });
  }

  private async openPicture(url: string): Promise<void> {
    const loaded = url === '' ? undefined : await loadPicture(url).catch(() => null);
    if (url !== urlOf(this.input)) return;
    this.pictureGone.value = loaded === null;
    this.pictureRef.value = loaded ?? undefined;
    await this.pixels.redraw();
  }
}

function urlOf(input: InputState): string {
  return typeof input === 'string' ? '' : input.url;
}
