import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';

export interface ModelUse {
  readonly node: string;
  readonly parameter: string;
  readonly value: unknown;
}

/** Where a workflow names a model. */
export function modelUses(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): ModelUse[] {
  return document.nodes.flatMap(({ id, type, params }) =>
    (descriptions.get(type)?.parameters ?? [])
      .filter((parameter) => parameter.control === 'model')
      .map(({ name, default: start }) => ({ node: id, parameter: name, value: params[name] ?? start })),
  );
}
