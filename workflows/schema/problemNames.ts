import type { WorkflowDocument, WorkflowLink } from './document.ts';
import type { NodeDescription } from './nodeDescription.ts';

/** How the sentences of problems call nodes and their ports. */
export interface ProblemNames {
  node(id: string): string;
  /** As short as it can be, for several in one sentence. */
  short(id: string): string;
  end(end: WorkflowLink['from']): string;
}

/** For those who write ids themselves (overrides, the command line): `Sample (sample-2)`, `sample-2.steps`. */
export function namesById(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): ProblemNames {
  const types = new Map(document.nodes.map(({ id, type }) => [id, type]));
  return {
    node(id) {
      const title = descriptions.get(types.get(id) ?? '')?.title;
      return title === undefined ? id : `${title} (${id})`;
    },
    short: (id) => id,
    end: ({ node, port }) => `${node}.${port}`,
  };
}

/** For those who see the nodes: `Invert style`, `Steps of Invert style`. */
export function namesByTitle(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): ProblemNames {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const titleOf = (id: string): string => {
    const node = nodes.get(id);
    return node?.title || descriptions.get(node?.type ?? '')?.title || id;
  };
  return {
    node: titleOf,
    short: titleOf,
    end({ node, port }) {
      const description = descriptions.get(nodes.get(node)?.type ?? '');
      const places = description
        ? [...description.inputs, ...description.outputs, ...description.parameters]
        : [];
      return `${places.find(({ name }) => name === port)?.title ?? port} of ${titleOf(node)}`;
    },
  };
}
