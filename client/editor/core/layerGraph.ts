/** A directed edge between items, by index. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts the items of an acyclic graph into layers, so that every edge leads to a later layer, then moves items
 * without inputs next to what they feed, so that a parameter node stands beside its user and not at the far left.
 */
export function assignLayers(count: number, edges: readonly Edge[]): number[] {
  const layers = longestPaths(count, edges);
  const incoming = new Set(edges.map((edge) => edge.to));
  for (let item = 0; item < count; item++) {
    if (incoming.has(item)) continue;
    const targets = edges.filter((edge) => edge.from === item).map((edge) => layers[edge.to]!);
    if (targets.length > 0) layers[item] = Math.min(...targets) - 1;
  }
  return layers;
}

function longestPaths(count: number, edges: readonly Edge[]): number[] {
  const layers = Array<number>(count).fill(0);
  const waiting = Array<number>(count).fill(0);
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    outgoing[from]!.push(to);
    waiting[to]!++;
  }
  const ready = waiting.flatMap((inputs, item) => (inputs === 0 ? [item] : []));
  for (let item = ready.pop(); item !== undefined; item = ready.pop()) {
    for (const target of outgoing[item]!) {
      layers[target] = Math.max(layers[target]!, layers[item]! + 1);
      if (--waiting[target]! === 0) ready.push(target);
    }
  }
  return layers;
}

/** As many of the edges, the earlier ones first, as lead round in no circle: groups may feed each other. */
export function withoutCycles(count: number, edges: readonly Edge[]): Edge[] {
  const onward: number[][] = Array.from({ length: count }, () => []);
  const leads = (from: number, to: number): boolean => {
    const seen = new Set([from]);
    for (const item of seen) {
      if (item === to) return true;
      onward[item]!.forEach((next) => seen.add(next));
    }
    return false;
  };
  return edges.filter(({ from, to }) => {
    const fits = !leads(to, from);
    if (fits) onward[from]!.push(to);
    return fits;
  });
}

/** The separate parts of a graph, each a list of items, the largest first. */
export function components(count: number, edges: readonly Edge[]): number[][] {
  const root = Array.from({ length: count }, (_, item) => item);
  const find = (item: number): number => {
    while (root[item] !== item) item = root[item] = root[root[item]!]!;
    return item;
  };
  for (const { from, to } of edges) root[find(from)] = find(to);
  const parts = new Map<number, number[]>();
  for (let item = 0; item < count; item++) {
    const part = parts.get(find(item));
    if (part) part.push(item);
    else parts.set(find(item), [item]);
  }
  return [...parts.values()].sort((a, b) => b.length - a.length);
}

/** Orders the items of each layer so that edges cross little: barycentre sweeps, back and forth. */
export function orderLayers(layers: readonly number[], edges: readonly Edge[]): number[][] {
  const columns: number[][] = Array.from({ length: Math.max(0, ...layers) + 1 }, () => []);
  layers.forEach((layer, item) => columns[layer]!.push(item));
  const place = new Map<number, number>();
  const remember = (column: readonly number[]): void => column.forEach((item, row) => place.set(item, row));
  columns.forEach(remember);
  const neighbours = (item: number, side: 'from' | 'to'): number[] =>
    side === 'from'
      ? edges.filter((edge) => edge.to === item).map((edge) => edge.from)
      : edges.filter((edge) => edge.from === item).map((edge) => edge.to);
  for (let sweep = 0; sweep < 8; sweep++) {
    const side = sweep % 2 === 0 ? 'from' : 'to';
    for (const column of side === 'from' ? columns : columns.toReversed()) {
      const weight = new Map(
        column.map((item) => [item, mean(neighbours(item, side), place) ?? place.get(item)!]),
      );
      column.sort((a, b) => weight.get(a)! - weight.get(b)!);
      remember(column);
    }
  }
  return columns;
}

function mean(items: readonly number[], place: ReadonlyMap<number, number>): number | undefined {
  if (items.length === 0) return undefined;
  return items.reduce((sum, item) => sum + place.get(item)!, 0) / items.length;
}
