import type { PortType } from '../../../workflows/schema/nodeDescription.ts';
import type { CatalogueEntry, NodeCatalogue, Side } from './nodeCatalogue.ts';

/** Keeps node types that have a socket which a dragged link could end on. */
export interface SocketFilter {
  /** The side that the found node must offer. */
  readonly side: Side;
  readonly type: PortType;
}

/** Name of the first socket that fits; undefined when the node type has none. Plain inputs come before parameters. */
export function fittingPort(entry: CatalogueEntry, filter: SocketFilter): string | undefined {
  const ports = filter.side === 'input' ? entry.inputs : entry.outputs;
  return ports.find((port) => port.type === filter.type)?.name;
}

/** Node types for what a person typed, best first: title starts, words start, title, then family or help hold it. */
export function searchNodes(
  catalogue: NodeCatalogue,
  query: string,
  filter?: SocketFilter,
): CatalogueEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const candidates = [...catalogue.values()].filter((entry) => !filter || fittingPort(entry, filter));
  if (words.length === 0) return candidates;
  return candidates
    .map((entry) => ({ entry, score: Math.min(...words.map((word) => score(entry, word))) }))
    .filter((candidate) => candidate.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((candidate) => candidate.entry);
}

function score({ description }: CatalogueEntry, word: string): number {
  const title = description.title.toLowerCase();
  if (title.startsWith(word)) return 5;
  if (title.split(/[^a-z0-9]+/).some((part) => part.startsWith(word))) return 4;
  if (title.includes(word)) return 3;
  if (`${description.type} ${description.family}`.toLowerCase().includes(word)) return 2;
  return description.help.toLowerCase().includes(word) ? 1 : 0;
}
