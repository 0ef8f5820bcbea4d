import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { texts } from '../texts/en.ts';

export interface NodeFamily {
  readonly name: string;
  readonly title: string;
  readonly nodes: readonly NodeDescription[];
}

/** Node types by family, in the order in which the server tells them. */
export function nodeFamilies(nodes: readonly NodeDescription[]): NodeFamily[] {
  const families = new Map<string, NodeDescription[]>();
  for (const node of nodes) families.set(node.family, [...(families.get(node.family) ?? []), node]);
  return [...families].map(([name, nodes]) => ({ name, title: familyTitle(name), nodes }));
}

function familyTitle(family: string): string {
  return texts.families[family] ?? family.charAt(0).toUpperCase() + family.slice(1);
}
