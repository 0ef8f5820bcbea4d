import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';
import type { NodeCatalogue } from './nodeCatalogue.ts';

type Limits = Pick<ParameterDescription, 'control' | 'default' | 'min' | 'max' | 'step' | 'unit'>;

/**
 * A value that a node only hands on (Number), with the limits, step, unit and default of all the parameters that it
 * feeds; as it is when it feeds none, or none that could agree.
 */
export function handedOn(
  {
    document,
    catalogue,
  }: { readonly document: Pick<WorkflowDocument, 'nodes' | 'links'>; readonly catalogue: NodeCatalogue },
  node: string,
  parameter: ParameterDescription,
): ParameterDescription {
  const types = new Map(document.nodes.map(({ id, type }) => [id, type]));
  const fed: Limits[] = [];
  const seen = new Set<string>();
  const follow = (from: string, port: string): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const { to } of document.links.filter(
      (link) => link.from.node === from && link.from.port === port,
    )) {
      const entry = catalogue.get(types.get(to.node) ?? '');
      const target = entry?.description.parameters.find(({ name }) => name === to.port);
      if (target?.handsOn !== undefined) follow(to.node, target.handsOn);
      else if (target) fed.push(target);
    }
  };
  if (parameter.handsOn !== undefined) follow(node, parameter.handsOn);
  const [first, ...others] = fed;
  if (!first) return parameter;
  const limits = together(first, others);
  return limits.min > limits.max ? parameter : { ...parameter, ...limits };
}

/** What suits all: the narrowest limits, the coarsest step, the unit only where it is everybody's. */
function together(first: Limits, others: readonly Limits[]): Limits & { min: number; max: number } {
  const all = [first, ...others];
  const steps = all.flatMap(({ step }) => step ?? []);
  return {
    control: all.some(({ control }) => control === 'integer') ? 'integer' : first.control,
    default: first.default,
    min: Math.max(...all.map(({ min = -Infinity }) => min)),
    max: Math.min(...all.map(({ max = Infinity }) => max)),
    ...(steps.length > 0 && { step: Math.max(...steps) }),
    ...(first.unit !== undefined && others.every(({ unit }) => unit === first.unit) && { unit: first.unit }),
  };
}
