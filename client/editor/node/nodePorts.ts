import type { WorkflowLink } from '../../../workflows/schema/document.ts';
import type { PortType } from '../../../workflows/schema/nodeDescription.ts';
import type { CatalogueEntry } from '../core/nodeCatalogue.ts';

/** A socket as it is drawn; of a node type that is not known, all that its links tell. */
export interface ShownPort {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly type: PortType | undefined;
  readonly optional: boolean;
}

export interface ShownPorts {
  readonly inputs: readonly ShownPort[];
  readonly outputs: readonly ShownPort[];
}

/** The sockets in a node's rows; parameters that can be wired have theirs beside the control. */
export function shownPorts(
  node: string,
  entry: CatalogueEntry | undefined,
  links: readonly WorkflowLink[],
): ShownPorts {
  if (entry) return { inputs: entry.description.inputs, outputs: entry.outputs };
  const named = (names: readonly string[]): ShownPort[] =>
    [...new Set(names)].map((name) => ({ name, title: name, help: '', type: undefined, optional: true }));
  return {
    inputs: named(links.filter((link) => link.to.node === node).map((link) => link.to.port)),
    outputs: named(links.filter((link) => link.from.node === node).map((link) => link.from.port)),
  };
}
