import { pictureIn } from '../controls/pictureIn.ts';
import type { Canvas } from './createCanvas.ts';
import { isTyping } from './canvasKeys.ts';

/**
 * Copy, cut and paste by the browser's own events: they carry the clipboard without asking for permission, and work
 * on pages without https. Returns how to stop listening.
 */
export function listenToClipboard(canvas: Canvas, root: HTMLElement): () => void {
  const { session } = canvas;
  const mine = (event: ClipboardEvent): boolean =>
    !event.defaultPrevented &&
    !isTyping(event.target) &&
    (event.target === document.body || root.contains(event.target as Node));

  const copy = (event: ClipboardEvent): void => {
    if (!mine(event) || !getSelection()?.isCollapsed) return;
    const text = session.selectionText();
    if (!text) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    if (event.type === 'cut') session.removeSelection();
  };
  const paste = (event: ClipboardEvent): void => {
    if (!mine(event)) return;
    const file = pictureIn(event.clipboardData);
    const handled = file
      ? pastePicture(canvas, file)
      : session.pasteText(event.clipboardData?.getData('text/plain') ?? '');
    if (handled) event.preventDefault();
  };
  document.addEventListener('copy', copy);
  document.addEventListener('cut', copy);
  document.addEventListener('paste', paste);
  return () => {
    document.removeEventListener('copy', copy);
    document.removeEventListener('cut', copy);
    document.removeEventListener('paste', paste);
  };
}

/** Into the selected node, when it takes a picture; else it is up to the application. */
function pastePicture({ session, pointer, viewport }: Canvas, file: File): boolean {
  const node = session.document.nodes.find((candidate) => candidate.id === session.selection.nodes[0]);
  const description = node && session.descriptions.get(node.type);
  const parameter = description?.parameters.find(({ control }) => control === 'image');
  if (!node || !parameter) {
    session.hooks.dropFiles([file], pointer() ?? viewport.centre());
    return true;
  }
  session.hooks.uploadPicture(file).then(
    ({ reference }) => session.setParam(node.id, parameter.name, reference),
    (error: unknown) => session.hooks.report(error instanceof Error ? error.message : String(error)),
  );
  return true;
}
