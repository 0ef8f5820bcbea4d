import { onMounted, onUnmounted, type Ref } from 'vue';
import type { EditorSession } from '../editor/editorSession.ts';

/** What a person does to look at a place of their own choice. */
const LOOKING = ['wheel', 'pointerdown', 'keydown'] as const;

/**
 * Panels come and go beside the canvas: as long as nobody has looked around in it, the whole workflow is kept in
 * sight.
 */
export function useSteadyFit(stage: Readonly<Ref<HTMLElement | null>>, session: EditorSession): void {
  let untouched = true;
  const touch = (): void => {
    untouched = false;
  };
  const observer = new ResizeObserver(() => {
    if (untouched && session.selection.nodes.length < 2) session.fit();
  });
  onMounted(() => {
    for (const name of LOOKING) stage.value!.addEventListener(name, touch, { capture: true, passive: true });
    observer.observe(stage.value!);
  });
  onUnmounted(() => observer.disconnect());
}
