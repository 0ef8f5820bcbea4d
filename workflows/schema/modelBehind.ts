import type { WorkflowDocument } from './document.ts';
import type { NodeDescription } from './nodeDescription.ts';

/** A workflow, and what its node types are. */
export interface DescribedWorkflow {
  readonly document: Pick<WorkflowDocument, 'nodes' | 'links'>;
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
}

/**
 * Name of the model whose part comes in at an input: of the next node upstream that has a model, along inputs of the
 * same type. Undefined when none is wired there.
 */
export function modelBehind(
  scope: DescribedWorkflow,
  end: { readonly node: string; readonly port: string },
  seen: readonly string[] = [],
): string | undefined {
  const { nodes, links } = scope.document;
  const link = links.find(({ to }) => to.node === end.node && to.port === end.port);
  const source = nodes.find(({ id }) => id === link?.from.node);
  const description = scope.descriptions.get(source?.type ?? '');
  if (!link || !source || !description || seen.includes(source.id)) return undefined;
  const model = description.parameters.find(({ control }) => control === 'model');
  if (model) return String(source.params[model.name] ?? model.default);
  const type = description.outputs.find(({ name }) => name === link.from.port)?.type;
  const input = description.inputs.find((port) => port.type === type);
  return input && modelBehind(scope, { node: source.id, port: input.name }, [...seen, source.id]);
}
