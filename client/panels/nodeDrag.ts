const FORMAT = 'application/x-impasto-node';

/** Lets a node type be dragged out of the list. */
export function beginNodeDrag(event: DragEvent, type: string): void {
  event.dataTransfer?.setData(FORMAT, type);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}

export function isNodeDrag(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(FORMAT) ?? false;
}

/** The node type that was dropped. */
export function droppedNode(event: DragEvent): string | undefined {
  return event.dataTransfer?.getData(FORMAT) || undefined;
}
