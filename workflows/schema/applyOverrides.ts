import type { WorkflowDocument, WorkflowNode } from './document.ts';
import type { NodeDescription, ParameterDescription } from './nodeDescription.ts';
import type { Problem } from './problem.ts';

type Json = WorkflowNode['params'][string];

export interface OverriddenDocument {
  /** With the overrides that could be applied. */
  readonly document: WorkflowDocument;
  /** One for each that could not. */
  readonly problems: readonly Problem[];
}

/**
 * The document with parameters replaced, named `node.param` (a node's id may contain dots itself: the last one
 * counts). Words as they are typed on a command line ("0.5", "true") become what the parameter takes. Whether the
 * values are in range is validateWorkflow's matter.
 */
export function applyOverrides(
  document: WorkflowDocument,
  overrides: Readonly<Record<string, Json>>,
  descriptions: ReadonlyMap<string, NodeDescription>,
): OverriddenDocument {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(overrides)) {
    const result = override({ document, nodes, descriptions }, name, value);
    if ('code' in result) problems.push(result);
    else nodes.set(result.id, result);
  }
  const changed = document.nodes.map((node) => nodes.get(node.id) ?? node);
  return { document: { ...document, nodes: changed }, problems };
}

interface Scope {
  readonly document: WorkflowDocument;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
}

function override(scope: Scope, name: string, value: Json): WorkflowNode | Problem {
  const dot = name.lastIndexOf('.');
  const node = scope.nodes.get(name.slice(0, Math.max(dot, 0)));
  const port = name.slice(dot + 1);
  if (!node) {
    const ids = [...scope.nodes.keys()].slice(0, 20).join(', ');
    const expected = `expected "node.parameter" with one of the nodes ${ids}`;
    return { code: 'unknown-parameter', message: `No node belongs to the override "${name}": ${expected}.` };
  }
  const located = { node: node.id, port };
  const description = scope.descriptions.get(node.type);
  const parameter = description?.parameters.find((candidate) => candidate.name === port);
  if (!parameter) {
    const names = description?.parameters.map((candidate) => candidate.name).join(', ') || 'none';
    const message = `The override "${name}" names no parameter of ${node.id} (${description?.title ?? node.type}); it has: ${names}.`;
    return { code: 'unknown-parameter', message, ...located };
  }
  const link = scope.document.links.find(({ to }) => to.node === node.id && to.port === port);
  if (link) {
    const message = `The override "${name}" has no effect, since ${link.from.node} is wired to that parameter: override that node instead.`;
    return { code: 'bad-parameter', message, ...located };
  }
  return { ...node, params: { ...node.params, [port]: fromCommandLine(parameter, value) } };
}

function fromCommandLine(parameter: ParameterDescription, value: Json): Json {
  const { control } = parameter;
  if (control === 'seed' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'number' && typeof parameter.default === 'string') return String(value);
  if (typeof value !== 'string') return value;
  const numeric = control === 'number' || control === 'slider' || control === 'integer';
  if (numeric && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  if (control === 'toggle' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
