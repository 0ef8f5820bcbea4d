/** What the canvas looks for in a drop. */
const FORMAT = 'application/x-impasto-node';

/** Lets a node type be dragged out of the list. */
export function beginNodeDrag(event: DragEvent, type: string): void {
  event.dataTransfer?.setData(FORMAT, type);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}
