import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { ParameterDescription } from '../../workflows/schema/nodeDescription.ts';
import type { InputPlace } from './inputPicture.ts';

interface Known {
  readonly document: Pick<WorkflowDocument, 'nodes' | 'links'>;
  readonly descriptions: ReadonlyMap<string, { readonly parameters: readonly ParameterDescription[] }>;
}

/**
 * What is wired to a parameter, where that is a value that a node only hands on (Number): `undefined` when nothing is
 * wired, or only a run will show what.
 */
export function wiredValue({ document, descriptions }: Known, place: InputPlace): unknown {
  const seen = new Set<string>();
  for (let at = place; !seen.has(at.node);) {
    seen.add(at.node);
    const from = document.links.find(({ to }) => to.node === at.node && to.port === at.port)?.from;
    const source = document.nodes.find(({ id }) => id === from?.node);
    const parameters = descriptions.get(source?.type ?? '')?.parameters ?? [];
    const handed = parameters.find(({ handsOn }) => handsOn !== undefined && handsOn === from?.port);
    if (!source || !handed) return undefined;
    const isWired = document.links.some(({ to }) => to.node === source.id && to.port === handed.name);
    if (!isWired) return source.params[handed.name] ?? handed.default;
    at = { node: source.id, port: handed.name };
  }
  return undefined;
}
