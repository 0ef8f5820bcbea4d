import type { WorkflowDocument, WorkflowNode } from '../../../workflows/schema/document.ts';
import type {
  NodeDescription,
  ParameterDescription,
  PortDescription,
  PortType,
} from '../../../workflows/schema/nodeDescription.ts';

/** An input socket: a port, or a parameter that can also be wired. */
export interface InputPort extends PortDescription {
  readonly parameter?: ParameterDescription;
}

/** What the editor knows of one node type's sockets. */
export interface CatalogueEntry {
  readonly description: NodeDescription;
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly PortDescription[];
}

/** The node types that the server has, by type. */
export type NodeCatalogue = ReadonlyMap<string, CatalogueEntry>;

/** Prepares the server's node types for look-up. */
export function createCatalogue(descriptions: readonly NodeDescription[]): NodeCatalogue {
  return new Map(
    descriptions.map((description) => [
      description.type,
      { description, inputs: inputPorts(description), outputs: description.outputs },
    ]),
  );
}

function inputPorts(description: NodeDescription): InputPort[] {
  const wired = description.parameters.flatMap((parameter): InputPort[] => {
    if (!parameter.port) return [];
    const { name, title, help, port: type } = parameter;
    return [{ name, title, help, type, optional: true, parameter }];
  });
  return [...description.inputs, ...wired];
}

/** Where a link begins or ends, seen from the node. */
export type Side = 'input' | 'output';

export interface SocketRef {
  readonly node: string;
  readonly side: Side;
  readonly port: string;
}

/** The type of a socket; undefined when the node or the port is not known. */
export function socketType(
  document: WorkflowDocument,
  catalogue: NodeCatalogue,
  socket: SocketRef,
): PortType | undefined {
  const node = document.nodes.find((candidate) => candidate.id === socket.node);
  const entry = node && catalogue.get(node.type);
  const ports = socket.side === 'input' ? entry?.inputs : entry?.outputs;
  return ports?.find((port) => port.name === socket.port)?.type;
}

/** A new node of a known type with its default parameters. */
export function newNode(entry: CatalogueEntry, place: Pick<WorkflowNode, 'id' | 'position'>): WorkflowNode {
  const { type, version, parameters } = entry.description;
  const params = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  return { ...place, type, version, params };
}
