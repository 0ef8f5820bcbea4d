import { checkLinks, typeOfInput } from './checkLinks.ts';
import { checkParameters } from './checkParameters.ts';
import type { WorkflowDocument, WorkflowLink, WorkflowNode } from './document.ts';
import { findCycles } from './findCycles.ts';
import type { NodeDescription } from './nodeDescription.ts';
import { duplicateNodes } from './parseDocument.ts';
import type { Problem } from './problem.ts';
import { namesById, type ProblemNames } from './problemNames.ts';
import { requiredNodes, wantedNodes } from './requiredNodes.ts';

export interface ValidationOptions {
  readonly names?: ProblemNames;
  /** Ids of the nodes that the run is for; without them, all outputs. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * Everything that keeps the workflow from running, all at once; empty = it can run. Pure, so that the editor marks
 * the same problems that the server would answer. Nodes that lead to no output are not executed: what they miss is
 * not a problem, what is wrong in them is.
 */
export function validateWorkflow(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
  options: ValidationOptions = {},
): Problem[] {
  const { names = namesById(document, descriptions), targets } = options;
  const { problems, links } = checkLinks(document, descriptions, names);
  const isWanted = wantedNodes(targets, (type) => descriptions.get(type)?.isOutput ?? false);
  const required = requiredNodes(document, links, isWanted);
  const wired = wiredInputs(links);
  const nodes = document.nodes.flatMap((node) => {
    const description = descriptions.get(node.type);
    if (!description) return [unknownType(node, names)];
    const found = [
      ...checkVersion(node, description, names),
      ...checkParameters(node, description, names.node(node.id)),
    ];
    const runs = required.size === 0 || required.has(node.id);
    if (!runs) return found;
    const about = { node, description, name: names.node(node.id) };
    return [...found, ...missing(about, wired.get(node.id))];
  });
  return [
    ...duplicateNodes(document),
    ...nodes,
    ...problems,
    ...cycleProblems(document, links, names),
    ...(required.size === 0 ? [nothingToDo(document, targets)] : []),
  ];
}

function wiredInputs(links: readonly WorkflowLink[]): Map<string, Set<string>> {
  const wired = new Map<string, Set<string>>();
  for (const { to } of links) wired.set(to.node, (wired.get(to.node) ?? new Set()).add(to.port));
  return wired;
}

function unknownType(node: WorkflowNode, names: ProblemNames): Problem {
  const message = `This Impasto has no node of the type "${node.type}" (${names.node(node.id)}): remove it, or update Impasto.`;
  return { code: 'unknown-node-type', message, node: node.id };
}

function checkVersion(node: WorkflowNode, description: NodeDescription, names: ProblemNames): Problem[] {
  if (node.version <= description.version) return [];
  const message = `${names.node(node.id)} was saved by a newer Impasto (node version ${node.version}; this one has ${description.version}). Please update Impasto to run it.`;
  return [{ code: 'newer-node-version', message, node: node.id }];
}

function missing(
  about: { readonly node: WorkflowNode; readonly description: NodeDescription; readonly name: string },
  wired: ReadonlySet<string> = new Set(),
): Problem[] {
  const { node, description, name: title } = about;
  const inputs = description.inputs
    .filter((input) => !input.optional && !wired.has(input.name))
    .map((input): Problem => {
      const message = `${title} needs something wired to its input "${input.title}" (${typeOfInput(description, input.name)}).`;
      return { code: 'missing-input', message, node: node.id, port: input.name };
    });
  const choices = description.parameters
    .filter(({ name, default: preset }) => (node.params[name] ?? preset) === '')
    .flatMap(({ control, name: port }): Problem[] => {
      const at = { node: node.id, port };
      if (control === 'image') {
        const message = `${title} has no picture yet: drop one on it or choose one.`;
        return [{ code: 'missing-file', message, ...at }];
      }
      if (control !== 'model') return [];
      return [{ code: 'bad-parameter', message: `${title} has no model yet: choose one.`, ...at }];
    });
  return [...inputs, ...choices];
}

function cycleProblems(
  document: WorkflowDocument,
  links: readonly WorkflowLink[],
  names: ProblemNames,
): Problem[] {
  const ids = document.nodes.map((node) => node.id);
  return findCycles(ids, links).map((cycle) => {
    const round = [...cycle, cycle[0]!].map(names.short).join(' -> ');
    const message =
      cycle.length === 1
        ? `${names.short(cycle[0]!)} is wired to itself; a workflow cannot run in circles.`
        : `These nodes are wired in a circle: ${round}. A workflow cannot run in circles; remove one of the links.`;
    return { code: 'cycle', message, node: cycle[0]! };
  });
}

function nothingToDo(document: WorkflowDocument, targets: readonly string[] | undefined): Problem {
  const message = targets
    ? `The workflow has no node "${targets.join('", "')}" that a run could end at.`
    : document.nodes.length === 0
      ? 'The workflow is empty: add nodes first.'
      : 'Nothing to do: add a Save Image, Preview Image or another node that shows a result.';
  return { code: 'nothing-to-do', message };
}
