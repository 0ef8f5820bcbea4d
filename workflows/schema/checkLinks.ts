import type { WorkflowDocument, WorkflowLink } from './document.ts';
import type { NodeDescription, PortType } from './nodeDescription.ts';
import type { Problem } from './problem.ts';
import type { ProblemNames } from './problemNames.ts';

type Descriptions = ReadonlyMap<string, NodeDescription>;

export interface CheckedLinks {
  readonly problems: readonly Problem[];
  /** Links between nodes that exist; the first one only where several enter one input. */
  readonly links: readonly WorkflowLink[];
}

/** Links that lead nowhere, meet another one at an input, or join different types. */
export function checkLinks(
  document: WorkflowDocument,
  descriptions: Descriptions,
  names: ProblemNames,
): CheckedLinks {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const taken = new Map<string, WorkflowLink>();
  const problems: Problem[] = [];
  const links: WorkflowLink[] = [];
  for (const link of document.links) {
    const from = nodes.get(link.from.node);
    const to = nodes.get(link.to.node);
    if (!from || !to) {
      problems.push(dangling(link, from !== undefined, names));
      continue;
    }
    const input = `${link.to.node} ${link.to.port}`;
    const first = taken.get(input);
    if (first) {
      problems.push(duplicate(link, first, names));
      continue;
    }
    taken.set(input, link);
    links.push(link);
    problems.push(
      ...checkPorts(link, { from: descriptions.get(from.type), to: descriptions.get(to.type) }, names),
    );
  }
  return { problems, links };
}

function dangling(link: WorkflowLink, fromExists: boolean, names: ProblemNames): Problem {
  const missing = fromExists ? link.to.node : link.from.node;
  const message = `The link from ${names.end(link.from)} to ${names.end(link.to)} leads to no node: there is no "${missing}".`;
  const end = fromExists ? link.from : link.to;
  return { code: 'dangling-link', message, node: end.node, port: end.port };
}

function duplicate(link: WorkflowLink, first: WorkflowLink, names: ProblemNames): Problem {
  const both = `${names.end(first.from)} and ${names.end(link.from)}`;
  const message = `More than one link enters ${names.end(link.to)}: from ${both}. An input takes one link.`;
  return { code: 'duplicate-link', message, node: link.to.node, port: link.to.port };
}

function checkPorts(
  link: WorkflowLink,
  ends: { readonly from: NodeDescription | undefined; readonly to: NodeDescription | undefined },
  names: ProblemNames,
): Problem[] {
  const { from: source, to: target } = ends;
  const output = source?.outputs.find((port) => port.name === link.from.port);
  const inputType = target && typeOfInput(target, link.to.port);
  const problems: Problem[] = [];
  if (source && !output) {
    const has = source.outputs.map((port) => port.name);
    problems.push(unknownPort(link.from, names.node(link.from.node), { side: 'output', has }));
  }
  if (target && !inputType) {
    problems.push(unknownPort(link.to, names.node(link.to.node), { side: 'input', has: inputNames(target) }));
  }
  if (output && inputType && output.type !== inputType) {
    const message = `${names.end(link.from)} gives ${article(output.type)}, but ${names.end(link.to)} takes ${article(inputType)}.`;
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
  ports: { readonly side: string; readonly has: readonly string[] },
): Problem {
  const has = ports.has.join(', ') || 'none';
  const message = `${title} has no ${ports.side} "${end.port}"; it has: ${has}.`;
  return { code: 'unknown-port', message, node: end.node, port: end.port };
}

const article = (type: PortType): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
