import {
  computed,
  onBeforeUnmount,
  reactive,
  shallowRef,
  watch,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from 'vue';
import { fitView, keepInSight, showPoint, toPicture, zoomView, type StageView } from './stageView.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Stage {
  readonly view: Readonly<ShallowRef<StageView>>;
  /** Of the stage, in CSS pixels. */
  readonly size: Size;
  /** `2000 × 1500, 45 %`; empty without a picture. */
  readonly facts: ComputedRef<string>;
  /** From the window to the stage. */
  onStage(event: { readonly clientX: number; readonly clientY: number }): Point;
  /** From the window to the picture. */
  onPicture(event: { readonly clientX: number; readonly clientY: number }): Point;
  fit(): void;
  actual(): void;
  /** Around a point of the stage; its middle without one. */
  zoomBy(factor: number, at?: Point): void;
  moveBy(dx: number, dy: number): void;
  wheel(event: WheelEvent): void;
  /** Moves a point of the picture into sight. */
  reveal(point: Point): void;
}

/** Zooming and moving a picture of a size in an element; it starts as a whole. */
export function useStage(root: Readonly<Ref<HTMLElement | null>>, picture: () => Size | undefined): Stage {
  const view = shallowRef<StageView>({ scale: 1, x: 0, y: 0 });
  const size = reactive({ width: 0, height: 0 });
  const show = (next: StageView): void => {
    const shown = picture();
    view.value = shown ? keepInSight(next, shown, size) : next;
  };
  const fit = (): void => {
    const shown = picture();
    if (shown && size.width > 0) show(fitView(shown, size));
  };
  const onStage: Stage['onStage'] = ({ clientX, clientY }) => {
    const { left = 0, top = 0 } = root.value?.getBoundingClientRect() ?? {};
    return { x: clientX - left, y: clientY - top };
  };
  const zoomBy = (factor: number, at: Point = { x: size.width / 2, y: size.height / 2 }): void =>
    show(zoomView(view.value, factor, at));

  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    const first = size.width === 0;
    Object.assign(size, { width, height });
    if (first) fit();
    else show(view.value);
  });
  watch(root, (element) => element && observer.observe(element), { immediate: true });
  onBeforeUnmount(() => observer.disconnect());
  watch(() => [picture()?.width, picture()?.height], fit);

  return {
    view,
    size,
    facts: computed(() => {
      const shown = picture();
      return shown ? `${shown.width} × ${shown.height}, ${Math.round(view.value.scale * 100)} %` : '';
    }),
    onStage,
    onPicture: (event) => toPicture(view.value, onStage(event)),
    fit,
    actual: () => zoomBy(1 / view.value.scale),
    zoomBy,
    moveBy: (dx, dy) => show({ ...view.value, x: view.value.x + dx, y: view.value.y + dy }),
    wheel: (event) => zoomBy(Math.exp(-event.deltaY * 0.0015), onStage(event)),
    reveal: (point) => show(showPoint(view.value, point, size)),
  };
}
