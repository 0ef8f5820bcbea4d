import type { DrawerName } from '../workbench/panelLayout.ts';

/** Id of the button that opens a drawer: the focus goes back there. */
export function railEntryId(name: DrawerName): string {
  return `rail-${name}`;
}
