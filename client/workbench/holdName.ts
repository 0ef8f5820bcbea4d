/** A tab that is being reloaded gives its names back a moment after the new page starts. */
const RELOAD_GRACE = 400;

/**
 * Holds a name for as long as this tab lives; false when another tab has it. Without Web Locks (pages that are not
 * served from this computer or by HTTPS) every tab gets it.
 */
export function holdName(name: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const held = navigator.locks.request(name, { signal: AbortSignal.timeout(RELOAD_GRACE) }, () => {
      resolve(true);
      return new Promise<never>(() => {});
    });
    held.catch(() => resolve(false));
  });
}
