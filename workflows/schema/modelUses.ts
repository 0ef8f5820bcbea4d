import type { WorkflowDocument } from './document.ts';
import type { NodeDescription, ParameterDescription } from './nodeDescription.ts';

/** A node's parameter that names a model. */
export interface ModelUse {
  readonly node: string;
  readonly parameter: ParameterDescription;
  readonly name: string;
}

/** Where a workflow names a model, by parameter or by its default. */
export function modelUses(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): ModelUse[] {
  return document.nodes.flatMap(({ id: node, type, params }) =>
    (descriptions.get(type)?.parameters ?? []).flatMap((parameter) => {
      const name = params[parameter.name] ?? parameter.default;
      return parameter.control === 'model' && typeof name === 'string' && name !== ''
        ? [{ node, parameter, name }]
        : [];
    }),
  );
}
