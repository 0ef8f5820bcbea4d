import type { WorkflowDocument, WorkflowLink, WorkflowNode } from './document.ts';
import type { NodeDescription, PortType } from './nodeDescription.ts';
import type { Problem } from './problem.ts';

type Descriptions = ReadonlyMap<string, NodeDescription>;

export interface CheckedLinks {
  readonly problems: readonly Problem[];
  /** Links between nodes that exist; the first one only where several enter one input. */
  readonly links: readonly WorkflowLink[];
}

/** Links that lead nowhere, meet another one at an input, or join different types. */
export function checkLinks(document: WorkflowDocument, descriptions: Descriptions): CheckedLinks {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const taken = new Map<string, WorkflowLink>();
  const problems: Problem[] = [];
  const links: WorkflowLink[] = [];
  for (const link of document.links) {
    const from = nodes.get(link.from.node);
    const to = nodes.get(link.to.node);
    if (!from || !to) {
      problems.push(dangling(link, from !== undefined));
      continue;
    }
    const input = `${link.to.node} ${link.to.port}`;
    const first = taken.get(input);
    if (first) {
      problems.push(duplicate(link, first));
      continue;
    }
    taken.set(input, link);
    links.push(link);
    problems.push(...checkPorts(link, { from, to }, descriptions));
  }
  return { problems, links };
}

function dangling(link: WorkflowLink, fromExists: boolean): Problem {
  const missing = fromExists ? link.to.node : link.from.node;
  const message = `The link from ${endText(link.from)} to ${endText(link.to)} leads to no node: there is no "${missing}".`;
  const end = fromExists ? link.from : link.to;
  return { code: 'dangling-link', message, node: end.node, port: end.port };
}

function duplicate(link: WorkflowLink, first: WorkflowLink): Problem {
  const both = `${endText(first.from)} and ${endText(link.from)}`;
  const message = `More than one link enters ${endText(link.to)}: from ${both}. An input takes one link.`;
  return { code: 'duplicate-link', message, node: link.to.node, port: link.to.port };
}

function checkPorts(
  link: WorkflowLink,
  ends: { readonly from: WorkflowNode; readonly to: WorkflowNode },
  descriptions: Descriptions,
): Problem[] {
  const source = descriptions.get(ends.from.type);
  const target = descriptions.get(ends.to.type);
  const output = source?.outputs.find((port) => port.name === link.from.port);
  const inputType = target && typeOfInput(target, link.to.port);
  const problems: Problem[] = [];
  if (source && !output) {
    const names = source.outputs.map((port) => port.name);
    problems.push(unknownPort(link.from, source.title, { side: 'output', names }));
  }
  if (target && !inputType) {
    problems.push(unknownPort(link.to, target.title, { side: 'input', names: inputNames(target) }));
  }
  if (output && inputType && output.type !== inputType) {
    const message = `${endText(link.from)} gives ${article(output.type)}, but ${endText(link.to)} takes ${article(inputType)}.`;
    problems.push({ code: 'type-mismatch', message, node: link.to.node, port: link.to.port });
  }
  return problems;
}

/** The type that an input takes, be it a port or a parameter that can be wired. */
export function typeOfInput(description: NodeDescription, port: string): PortType | undefined {
  return (
    description.inputs.find((input) => input.name === port)?.type ??
    description.parameters.find((parameter) => parameter.name === port)?.port
  );
}

function inputNames(description: NodeDescription): string[] {
  const wirable = description.parameters.filter((parameter) => parameter.port !== undefined);
  return [...description.inputs, ...wirable].map((port) => port.name);
}

function unknownPort(
  end: WorkflowLink['to'],
  title: string,
  ports: { readonly side: string; readonly names: readonly string[] },
): Problem {
  const names = ports.names.join(', ') || 'none';
  const message = `${title} (${end.node}) has no ${ports.side} "${end.port}"; it has: ${names}.`;
  return { code: 'unknown-port', message, node: end.node, port: end.port };
}

const endText = (end: WorkflowLink['from']): string => `${end.node}.${end.port}`;
const article = (type: PortType): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
