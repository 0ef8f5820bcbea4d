import type { Device } from '../../models/runtime/device.ts';
import type { Placement, PlacedNode } from '../../models/runtime/placementLog.ts';

/** An operator that runs on the CPU although the network is on another device. */
export interface Fallback {
  readonly operator: string;
  readonly count: number;
  /** Some of the layers that it is in; without those that the optimiser made and gave no name. */
  readonly layers: readonly string[];
}

export interface PlacementSummary {
  /** Nodes that run on the device. */
  readonly onDevice: number;
  /** Nodes that run on the CPU instead; 0 when the device is the CPU. */
  readonly onCpu: number;
  /** Of all nodes, those that only copy between the device and the CPU. */
  readonly copies: number;
  /** The most frequent first. */
  readonly fallbacks: readonly Fallback[];
}

const CPU = 'CPUExecutionProvider';
const LAYERS = 3;

/** What of an optimised graph runs on the device, and what falls back to the CPU. */
export function summarizePlacement(device: Device, placements: readonly Placement[]): PlacementSummary {
  const fallen = device === 'cpu' ? [] : placements.filter(({ provider }) => provider === CPU);
  const total = sum(placements.map(({ count }) => count));
  const onCpu = sum(fallen.map(({ count }) => count));
  const copies = placements
    .flatMap(({ nodes }) => nodes)
    .filter(({ operator }) => operator.startsWith('Memcpy'));
  const byOperator = new Map<string, PlacedNode[]>();
  for (const node of fallen.flatMap(({ nodes }) => nodes))
    if (!byOperator.get(node.operator)?.push(node)) byOperator.set(node.operator, [node]);
  const fallbacks = [...byOperator]
    .map(([operator, nodes]) => ({ operator, count: nodes.length, layers: layersOf(nodes) }))
    .sort((a, b) => b.count - a.count);
  return { onDevice: total - onCpu, onCpu, copies: copies.length, fallbacks };
}

/** Our nodes are called `layer/Operator#number` (see Graph), or by the output that they make. */
function layersOf(nodes: readonly PlacedNode[]): string[] {
  const layers = nodes.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf('/'))));
  return [...new Set(layers.filter((layer) => layer !== ''))].slice(0, LAYERS);
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
