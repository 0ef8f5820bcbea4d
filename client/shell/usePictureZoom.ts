import { computed, reactive, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { useElementSize } from './useElementSize.ts';

export interface PictureZoom {
  /** The element that the picture lies in. */
  readonly stage: ShallowRef<HTMLElement | null>;
  /** Place and size of the picture within the stage. */
  readonly style: ComputedRef<Record<string, string>>;
  /** `512 x 512, 150 %` */
  readonly facts: ComputedRef<string>;
  loaded(event: Event): void;
  by(factor: number): void;
  reset(): void;
  actual(): void;
  toggle(): void;
  wheel(event: WheelEvent): void;
  drag(event: PointerEvent): void;
}

const [SMALLEST, LARGEST] = [0.05, 16];
const MARGIN = 16;

/**
 * Zooming and moving a picture in a stage; it starts as large as fits, small ones up to four times their size, and stays so
 * in a stage of another size until it is zoomed or moved.
 */
export function usePictureZoom(): PictureZoom {
  const stage = shallowRef<HTMLElement | null>(null);
  const room = useElementSize(stage);
  const state = reactive({ width: 0, height: 0, scale: 1, x: 0, y: 0 });
  let fits = true;

  const fitting = (): number => {
    if (room.width === 0 || state.width === 0) return 1;
    return Math.min((room.width - MARGIN) / state.width, (room.height - MARGIN) / state.height, 4);
  };
  const reset = (): void => {
    fits = true;
    Object.assign(state, { scale: fitting(), x: 0, y: 0 });
  };
  watch(room, () => {
    if (fits) reset();
  });
  /** Keeps what is under the point (from the middle of the stage) in its place. */
  const zoomAt = (factor: number, { x, y }: { x: number; y: number }): void => {
    fits = false;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, state.scale * factor));
    const ratio = scale / state.scale;
    Object.assign(state, { scale, x: x - (x - state.x) * ratio, y: y - (y - state.y) * ratio });
  };
  const actual = (): void => zoomAt(1 / state.scale, { x: 0, y: 0 });

  return {
    stage,
    style: computed(() => ({
      width: `${state.width * state.scale}px`,
      height: `${state.height * state.scale}px`,
      transform: `translate(-50%, -50%) translate(${state.x}px, ${state.y}px)`,
      imageRendering: state.scale >= 6 ? 'pixelated' : 'auto',
    })),
    facts: computed(() =>
      state.width === 0 ? '' : `${state.width} × ${state.height}, ${Math.round(state.scale * 100)} %`,
    ),
    loaded(event) {
      const image = event.target as HTMLImageElement;
      Object.assign(state, { width: image.naturalWidth, height: image.naturalHeight });
      reset();
    },
    by: (factor) => zoomAt(factor, { x: 0, y: 0 }),
    reset,
    actual,
    toggle: () => (Math.abs(state.scale - fitting()) < 0.01 ? actual() : reset()),
    wheel(event) {
      const box = (event.currentTarget as Element).getBoundingClientRect();
      const point = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      };
      zoomAt(Math.exp(-event.deltaY * 0.0015), point);
    },
    drag(event) {
      const target = event.currentTarget as HTMLElement;
      target.setPointerCapture(event.pointerId);
      const move = (moved: PointerEvent): void => {
        fits = false;
        state.x += moved.movementX;
        state.y += moved.movementY;
      };
      target.addEventListener('pointermove', move);
      target.addEventListener('lostpointercapture', () => target.removeEventListener('pointermove', move), {
        once: true,
      });
    },
  };
}
