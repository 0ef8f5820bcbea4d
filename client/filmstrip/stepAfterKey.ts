/** A page is a tenth of all steps. */
const PAGES = 10;

/** Position of the frame that a key leads to, of so many; undefined for other keys. */
export function stepAfterKey(key: string, index: number, length: number): number | undefined {
  if (length === 0) return undefined;
  const page = Math.max(1, Math.round(length / PAGES));
  const to = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    PageUp: index + page,
    PageDown: index - page,
    Home: 0,
    End: length - 1,
  }[key];
  return to === undefined ? undefined : Math.min(Math.max(to, 0), length - 1);
}
