import type { WorkflowLink } from './document.ts';

/**
 * The nodes of each cycle, in the order in which data would flow round it: one cycle for each tangle of nodes that
 * depend on each other. Iterative depth-first search, since a chain may have thousands of nodes.
 */
export function findCycles(ids: readonly string[], links: readonly WorkflowLink[]): string[][] {
  const targets = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of links) targets.get(from.node)?.push(to.node);
  const done = new Set<string>();
  const cycles: string[][] = [];
  const reported = new Set<string>();
  for (const root of ids) {
    if (done.has(root)) continue;
    const path: string[] = [root];
    const place = new Map([[root, 0]]);
    const rest = [[...(targets.get(root) ?? [])]];
    while (path.length > 0) {
      const next = rest.at(-1)?.pop();
      if (next === undefined) {
        const left = path.pop()!;
        rest.pop();
        place.delete(left);
        done.add(left);
      } else if (place.has(next)) {
        // Many cycles may run through the same nodes: the first one says enough.
        const cycle = path.slice(place.get(next));
        if (cycle.some((id) => reported.has(id))) continue;
        for (const id of cycle) reported.add(id);
        cycles.push(cycle);
      } else if (!done.has(next)) {
        place.set(next, path.length);
        path.push(next);
        rest.push([...(targets.get(next) ?? [])]);
      }
    }
  }
  return cycles;
}
