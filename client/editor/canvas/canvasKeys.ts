import { countItems } from '../core/itemIds.ts';
import { GRID } from '../core/rect.ts';
import type { Canvas } from './createCanvas.ts';

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where typing means text, not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'range', 'file'].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** Whether a key press is meant for the canvas: it is on it, or nowhere in particular. */
function isForCanvas(target: EventTarget | null, root: HTMLElement): boolean {
  return target === document.body || (target instanceof Node && root.contains(target));
}

/** Keyboard commands of the canvas. Returns how to stop listening. */
export function listenToKeys(canvas: Canvas, root: HTMLElement): () => void {
  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (
      undoKey(event, canvas) ||
      (!isTyping(event.target) && isForCanvas(event.target, root) && command(event, canvas))
    ) {
      event.preventDefault();
    }
  };
  const up = (event: KeyboardEvent): void => {
    if (event.key === ' ') canvas.panKey.value = false;
  };
  const away = (): void => {
    canvas.panKey.value = false;
  };
  addEventListener('keydown', down);
  addEventListener('keyup', up);
  addEventListener('blur', away);
  return () => {
    removeEventListener('keydown', down);
    removeEventListener('keyup', up);
    removeEventListener('blur', away);
  };
}

/** Undo works everywhere, also within the fields of nodes, whose own undo would know nothing of the others. */
function undoKey(event: KeyboardEvent, { session }: Canvas): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key !== 'z' && key !== 'y') return false;
  const target = event.target as Element;
  if (isTyping(target) && !target.closest('[data-param]')) return false;
  if (document.querySelector('[role=dialog][data-state=open], [role=alertdialog][data-state=open]'))
    return false;
  if (key === 'y' || event.shiftKey) session.redo();
  else session.undo();
  return true;
}

function command(event: KeyboardEvent, canvas: Canvas): boolean {
  return event.ctrlKey || event.metaKey ? withControl(event, canvas) : plain(event, canvas);
}

function withControl(event: KeyboardEvent, { session }: Canvas): boolean {
  if (event.altKey || event.shiftKey) return false;
  switch (event.key.toLowerCase()) {
    case 'a':
      session.selectAll();
      return true;
    case 'd':
      session.duplicate();
      return true;
    case 'g':
      session.groupSelection();
      return true;
    default:
      return false;
  }
}

function plain(event: KeyboardEvent, canvas: Canvas): boolean {
  const { session } = canvas;
  // A focused control has arrows, letters and Delete to itself.
  if (event.altKey || (event.target as Element).closest('[data-param]')) return false;
  const arrow = arrows[event.key];
  if (arrow) return nudge(canvas, arrow, event.shiftKey);
  switch (event.key) {
    case 'Delete':
    case 'Backspace':
      session.removeSelection();
      return true;
    case 'f':
    case 'F':
      session.fit();
      return true;
    case '+':
    case '=':
      session.zoomBy(1.2);
      return true;
    case '-':
      session.zoomBy(1 / 1.2);
      return true;
    case ' ':
      canvas.panKey.value = !(event.target as Element).closest('button');
      return canvas.panKey.value;
    case '/':
      session.openNodeSearch(canvas.pointer());
      return true;
    case 'Escape':
      return escape(canvas);
    default:
      return false;
  }
}

function nudge({ session }: Canvas, [dx, dy]: readonly [number, number], far: boolean): boolean {
  if (countItems(session.selection) === 0) return false;
  const step = GRID * (far ? 4 : 1);
  session.nudge(dx * step, dy * step);
  return true;
}

function escape(canvas: Canvas): boolean {
  if (canvas.connecting.pending.value) {
    canvas.connecting.cancel();
    canvas.area.cancelConnect();
  } else canvas.session.select([]);
  return true;
}
