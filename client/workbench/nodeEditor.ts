import { shallowRef } from 'vue';
import type { EditedNode } from '../editor/editorHooks.ts';

/** The large editor of one node that is open. */
export class NodeEditor {
  private readonly currentRef = shallowRef<EditedNode | null>(null);

  get current(): EditedNode | null {
    return this.currentRef.value;
  }

  open(edited: EditedNode): void {
    this.currentRef.value = edited;
  }

  close(): void {
    this.currentRef.value = null;
  }
}
