import { checkLinks, typeOfInput } from './checkLinks.ts';
import { checkParameters } from './checkParameters.ts';
import type { WorkflowDocument, WorkflowLink, WorkflowNode } from './document.ts';
import { findCycles } from './findCycles.ts';
import type { NodeDescription } from './nodeDescription.ts';
import { duplicateNodes } from './parseDocument.ts';
import type { Problem } from './problem.ts';
import { requiredNodes } from './requiredNodes.ts';

/**
 * Everything that keeps the workflow from running, all at once; empty = it can run. Pure, so that the editor marks
 * the same problems that the server would answer. Nodes that lead to no output are not executed: what they miss is
 * not a problem, what is wrong in them is.
 */
export function validateWorkflow(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): Problem[] {
  const { problems, links } = checkLinks(document, descriptions);
  const required = requiredNodes(document, links, (type) => descriptions.get(type)?.isOutput ?? false);
  const wired = wiredInputs(links);
  const nodes = document.nodes.flatMap((node) => {
    const description = descriptions.get(node.type);
    if (!description) return [unknownType(node)];
    const found = [...checkVersion(node, description), ...checkParameters(node, description)];
    const runs = required.size === 0 || required.has(node.id);
    return runs ? [...found, ...missing(node, description, wired.get(node.id))] : found;
  });
  return [
    ...duplicateNodes(document),
    ...nodes,
    ...problems,
    ...cycleProblems(document, links),
    ...(required.size === 0 ? [nothingToDo(document)] : []),
  ];
}

function wiredInputs(links: readonly WorkflowLink[]): Map<string, Set<string>> {
  const wired = new Map<string, Set<string>>();
  for (const { to } of links) wired.set(to.node, (wired.get(to.node) ?? new Set()).add(to.port));
  return wired;
}

function unknownType(node: WorkflowNode): Problem {
  const message = `This Impasto has no node of the type "${node.type}" (${node.id}): remove it, or update Impasto.`;
  return { code: 'unknown-node-type', message, node: node.id };
}

function checkVersion(node: WorkflowNode, description: NodeDescription): Problem[] {
  if (node.version <= description.version) return [];
  const message = `${description.title} (${node.id}) was saved by a newer Impasto (node version ${node.version}; this one has ${description.version}). Please update Impasto to run it.`;
  return [{ code: 'newer-node-version', message, node: node.id }];
}

function missing(node: WorkflowNode, description: NodeDescription, wired = new Set<string>()): Problem[] {
  const inputs = description.inputs
    .filter((input) => !input.optional && !wired.has(input.name))
    .map((input): Problem => {
      const message = `${description.title} (${node.id}) needs something wired to its input "${input.title}" (${typeOfInput(description, input.name)}).`;
      return { code: 'missing-input', message, node: node.id, port: input.name };
    });
  const pictures = description.parameters
    .filter(
      ({ control, name, default: preset }) => control === 'image' && (node.params[name] ?? preset) === '',
    )
    .map((parameter): Problem => {
      const message = `${description.title} (${node.id}) has no picture yet: drop one on it or choose one.`;
      return { code: 'missing-file', message, node: node.id, port: parameter.name };
    });
  return [...inputs, ...pictures];
}

function cycleProblems(document: WorkflowDocument, links: readonly WorkflowLink[]): Problem[] {
  const ids = document.nodes.map((node) => node.id);
  return findCycles(ids, links).map((cycle) => {
    const round = [...cycle, cycle[0]].join(' -> ');
    const message =
      cycle.length === 1
        ? `${cycle[0]} is wired to itself; a workflow cannot run in circles.`
        : `These nodes are wired in a circle: ${round}. A workflow cannot run in circles; remove one of the links.`;
    return { code: 'cycle', message, node: cycle[0]! };
  });
}

function nothingToDo(document: WorkflowDocument): Problem {
  const message =
    document.nodes.length === 0
      ? 'The workflow is empty: add nodes first.'
      : 'Nothing to do: add a Save Image, Preview Image or another node that shows a result.';
  return { code: 'nothing-to-do', message };
}
