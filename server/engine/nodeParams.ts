import { NodeError } from '../../nodes/contract/nodeError.ts';
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
  const issue = parsed.error.issues[0];
  const port = String(issue?.path[0] ?? '');
  const source = wired[port] === undefined ? '' : ` (wired to ${JSON.stringify(given[port])})`;
  const message = `${definition.title} (${node.id}): the parameter ${port}${source} is not usable: ${issue?.message ?? 'bad value'}.`;
  throw new NodeError('bad-parameter', message, port);
}
