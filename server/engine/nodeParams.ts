import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { WorkflowNode } from '../../workflows/schema/document.ts';
import { checkParameters } from '../../workflows/schema/checkParameters.ts';
import { describeNode } from './describeNode.ts';
import type { PlannedNode } from './planRun.ts';

type Values = Readonly<Record<string, unknown>>;

/** Parameters that have a link, so that their typed-in values do not count. */
export function wiredParams({ definition, inputs }: PlannedNode): string[] {
  const { shape } = definition.params;
  return inputs.filter(({ port }) => Object.hasOwn(shape, port)).map(({ port }) => port);
}

/**
 * The node's parameters, checked, with defaults filled in and `wired` values in place of typed-in ones. Throws
 * NodeError `bad-parameter` naming the parameter.
 */
export function nodeParams(planned: PlannedNode, wired: Values): Values {
  const { node, definition } = planned;
  const given: Record<string, unknown> = { ...node.params };
  for (const [name, value] of Object.entries(wired)) {
    if (value === undefined) delete given[name];
    else given[name] = typeof value === 'bigint' ? String(value) : value;
  }
  const parsed = definition.params.safeParse(given);
  if (parsed.success) return parsed.data;
  // In the words of the check before the run, which cannot see wired values.
  const [problem] = checkParameters(
    { ...node, params: given as WorkflowNode['params'] },
    describeNode(definition),
  );
  const port = problem?.port ?? String(parsed.error.issues[0]?.path[0] ?? '');
  const message =
    problem?.message ?? `${definition.title} (${node.id}): its parameter "${port}" cannot be used.`;
  const source = planned.inputs.find((input) => input.port === port);
  const wiring = source ? `, wired from ${source.from.node.id}.${source.fromPort}.` : '.';
  throw new NodeError('bad-parameter', message.replace(/\.$/, wiring), port);
}
