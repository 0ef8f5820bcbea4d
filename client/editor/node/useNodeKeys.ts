import type { Ref } from 'vue';
import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import { useCanvas } from '../canvas/createCanvas.ts';

export interface NodeKeysOptions {
  readonly node: () => WorkflowNode;
  readonly root: Readonly<Ref<HTMLElement | null>>;
  readonly selected: Readonly<Ref<boolean>>;
  readonly rename: () => void;
}

/** What keys do on a node. Reached by them, it is selected and comes into sight. */
export function useNodeKeys({ node, root, selected, rename }: NodeKeysOptions): {
  focused(event: FocusEvent): void;
  keyed(event: KeyboardEvent): void;
} {
  const canvas = useCanvas();
  const { session } = canvas;
  return {
    focused(event) {
      if (event.target !== root.value || !root.value?.matches(':focus-visible')) return;
      const { id, position } = node();
      if (!selected.value) session.select([id]);
      canvas.viewport.reveal({ ...position, ...session.parts.state.sizeOf(id) });
    },
    /** Enter goes into the node's controls, Escape back to the node; F2 renames it. */
    keyed(event) {
      const onNode = event.target === root.value;
      if (event.key === 'Enter' && onNode && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const controls = '.body :is(input, textarea, select, button, [tabindex="0"])';
        root.value?.querySelector<HTMLElement>(controls)?.focus();
      } else if (event.key === 'F2') {
        event.preventDefault();
        rename();
      } else if (event.key === 'Escape' && !onNode && !canvas.connecting.pending.value) {
        event.stopPropagation();
        root.value?.focus();
      }
    },
  };
}
