import { onMounted, onUnmounted } from 'vue';
import { isTyping } from '../editor/canvas/canvasKeys.ts';
import type { Workbench } from '../workbench/workbench.ts';

type Shortcut = (bench: Workbench) => void;

/** Keys of the whole window; the canvas has its own for editing. */
const withControl: Readonly<Record<string, Shortcut>> = {
  Enter: ({ control, server }) => {
    if (server.connection !== 'offline') void control.start();
  },
  '.': ({ control }) => void control.cancel(),
  s: ({ actions }) => void actions.save(),
  S: ({ actions }) => void actions.saveAs(),
  o: ({ panels }) => {
    panels.drawer = 'workflows';
  },
};

const plain: Readonly<Record<string, Shortcut>> = {
  p: ({ control }) => void control.togglePause(),
  f: ({ session }) => session.fit(),
  '?': ({ help }) => {
    help.value = true;
  },
};

/** Listens for the application's shortcuts while the component lives. */
export function useShortcuts(bench: Workbench): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const typing = isTyping(event.target);
    // A dialog has the keys to itself.
    if (document.querySelector('[role=dialog]') || (typing && !control)) return;
    const shortcut = (control ? withControl : plain)[event.key];
    if (!shortcut) return;
    event.preventDefault();
    shortcut(bench);
  };
  onMounted(() => window.addEventListener('keydown', listen));
  onUnmounted(() => window.removeEventListener('keydown', listen));
}
