import { onBeforeUnmount, reactive, watch, type Ref } from 'vue';

/** Width and height of what an element has room for, in CSS pixels; 0 while it is not there. */
export function useElementSize(element: Readonly<Ref<HTMLElement | null>>): {
  readonly width: number;
  readonly height: number;
} {
  const size = reactive({ width: 0, height: 0 });
  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    Object.assign(size, { width, height });
  });
  watch(
    element,
    (now) => {
      observer.disconnect();
      Object.assign(size, { width: 0, height: 0 });
      if (now) observer.observe(now);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => observer.disconnect());
  return size;
}
