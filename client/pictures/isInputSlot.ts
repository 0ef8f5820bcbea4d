/** Whether a picture that a node showed is one that came in: those are for the large editors, and shown nowhere else. */
export function isInputSlot(slot: string): boolean {
  return slot.startsWith('input.');
}
