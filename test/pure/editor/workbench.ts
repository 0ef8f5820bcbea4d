import { emptyDocument } from '../../../client/editor/core/documentStore.ts';
import { createCatalogue } from '../../../client/editor/core/nodeCatalogue.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../workflows/schema/document.ts';
import type {
  NodeDescription,
  PortDescription,
  PortType,
} from '../../../workflows/schema/nodeDescription.ts';

function port(name: string, type: PortType, optional = false): PortDescription {
  return { name, type, title: name, help: '', optional };
}

function description(
  type: string,
  ports: { readonly inputs?: PortDescription[]; readonly outputs?: PortDescription[] },
): NodeDescription {
  return {
    type,
    version: 1,
    title: type.replace(/^.*\//, ''),
    family: type.replace(/\/.*$/, ''),
    help: `Makes ${type}.`,
    inputs: ports.inputs ?? [],
    outputs: ports.outputs ?? [],
    parameters: [
      {
        name: 'amount',
        title: 'Amount',
        help: '',
        control: 'slider',
        default: 0.5,
        min: 0,
        max: 1,
        advanced: false,
        port: 'number',
      },
    ],
    reportsSteps: false,
    showsPictures: false,
    isOutput: false,
  };
}

/** A small set of node types: picture in and out, a mix of two, a number. */
export const testCatalogue = createCatalogue([
  description('image/load', { outputs: [port('image', 'image')] }),
  description('image/blur', { inputs: [port('image', 'image')], outputs: [port('image', 'image')] }),
  description('image/mix', {
    inputs: [port('a', 'image'), port('b', 'image', true)],
    outputs: [port('image', 'image')],
  }),
  description('values/number', { outputs: [port('value', 'number')] }),
]);

/** A node of a test type. */
export function testNode(id: string, type: string, at = { x: 0, y: 0 }): WorkflowNode {
  return { id, type, version: 1, params: { amount: 0.5 }, position: at };
}

/** A workflow: `links` are written `load.image > blur.image`. */
export function testDocument(nodes: WorkflowNode[], links: string[] = []): WorkflowDocument {
  const end = (text: string): { node: string; port: string } => {
    const [node, port] = text.trim().split('.') as [string, string];
    return { node, port };
  };
  const parsed = links.map((link) => {
    const [from, to] = link.split('>') as [string, string];
    return { from: end(from), to: end(to) };
  });
  return { ...emptyDocument('test'), nodes, links: parsed };
}
