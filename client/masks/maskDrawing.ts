import { computed, ref, shallowRef, watch } from 'vue';
import type { Region } from '../../drawing/region.ts';
import type { MaskOperation, Strokes } from '../../drawing/strokes.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { inputPicture } from '../pictures/inputPicture.ts';
import { loadPicture } from '../pictures/loadPicture.ts';
import { texts } from '../texts/en.ts';
import { addOperation } from './addOperation.ts';
import { drawAside } from './drawAside.ts';
import type { DrawnMask } from './drawnMask.ts';
import { openMask } from './openMask.ts';
import { strokesOf, trustStrokes } from './strokesOf.ts';

/** Operations that look at every pixel many times, and how many pixels are still done in a blink. */
const SLOW: ReadonlySet<MaskOperation['op']> = new Set(['grow', 'feather', 'fill']);
const AT_ONCE = 500_000;

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
  private readonly maskRef = shallowRef<DrawnMask>();
  private readonly busyRef = ref(false);
  private readonly problemRef = ref('');
  private readonly session: EditorSession;
  private readonly place: Place;
  private readonly changed: (region: Region) => void;
  /** Counts what was begun: only what was begun last may end. */
  private attempt = 0;

  constructor(session: EditorSession, place: Place, changed: (region: Region) => void) {
    [this.session, this.place, this.changed] = [session, place, changed];
    watch(
      () => urlOf(this.input),
      (url) => void this.openPicture(url),
      { immediate: true },
    );
    watch(
      () => urlOf(this.startRef.value),
      () => void this.redraw(),
    );
    watch(this.strokesRef, (strokes) => this.follow(strokes));
  }

  /** What is known of the picture to draw on. */
  get input() {
    return this.inputRef.value;
  }
  /** And of the mask that it starts with. */
  get start() {
    return this.startRef.value;
  }
  get picture(): HTMLImageElement | undefined {
    return this.pictureRef.value;
  }
  /** The pixels; absent while they are made for the first time. */
  get mask(): DrawnMask | undefined {
    return this.maskRef.value;
  }
  /** Whether they are being made, and cannot be drawn on. */
  get busy(): boolean {
    return this.busyRef.value;
  }
  /** What keeps it from being drawn on, or what was refused last. */
  get problem(): string {
    return this.problemRef.value;
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
    const region = this.mask?.cancel();
    if (region) this.changed(region);
  }

  private read(port: string) {
    return inputPicture(this.session, { node: this.place.node, port });
  }

  /** The drawing with one more operation; undefined when that cannot be. */
  private with(operation: MaskOperation): Strokes | undefined {
    if (!this.mask || this.busy) return undefined;
    const { canvas, operations } = this.mask;
    const ops = addOperation(operations, operation, this.startRef.value !== 'unwired');
    this.problemRef.value = ops === 'full' ? texts.masks.full : '';
    return ops === 'full' ? undefined : trustStrokes({ width: canvas.width, height: canvas.height, ops });
  }

  private save(value: Strokes): void {
    this.session.execute({ kind: 'setParam', ...this.place, value });
  }

  private async openPicture(url: string): Promise<void> {
    this.problemRef.value = '';
    const loaded = url === '' ? undefined : await loadPicture(url).catch(() => null);
    if (url !== urlOf(this.input)) return;
    if (loaded === null) this.problemRef.value = texts.masks.pictureGone;
    this.pictureRef.value = loaded ?? undefined;
    await this.redraw();
  }

  private follow(strokes: Strokes): void {
    const { ops, width, height } = strokes;
    const { mask } = this;
    const fits = ops.length === 0 || (mask?.canvas.width === width && mask.canvas.height === height);
    if (!mask || !fits) return void this.redraw();
    // What was begun may be undone before it is done.
    [this.attempt, this.busyRef.value] = [this.attempt + 1, false];
    const added = mask.addedBy(ops);
    if (added && SLOW.has(added.op) && width * height > AT_ONCE) {
      return void this.applyAside(mask, added, ops).catch(() => this.redraw());
    }
    const region = mask.follow(ops);
    if (region === 'redraw') void this.redraw();
    else if (region) this.changed(region);
  }

  /** What takes long is done beside the page's work. */
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

  /** All of it anew, until the pixels are those of the newest strokes: they may change while these are drawn. */
  private async redraw(): Promise<void> {
    const mine = ++this.attempt;
    const strokes = this.strokesRef.value;
    const start = this.startRef.value;
    this.busyRef.value = strokes.ops.length > 0;
    try {
      const picture = this.picture;
      const mask = await openMask({ strokes, picture, start: typeof start === 'string' ? undefined : start });
      if (mine !== this.attempt) return;
      this.maskRef.value = mask;
    } catch {
      if (mine !== this.attempt) return;
      this.problemRef.value = texts.masks.cannotDraw;
    }
    this.busyRef.value = false;
  }
}

function urlOf(input: ReturnType<typeof inputPicture>): string {
  return typeof input === 'string' ? '' : input.url;
}
