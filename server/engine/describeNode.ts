import type { NodeDefinition, PortSpecs } from '../../nodes/contract/node.ts';
import {
  parameterDescriptionSchema,
  type NodeDescription,
  type ParameterDescription,
  type PortDescription,
} from '../../workflows/schema/nodeDescription.ts';

/** What the editor, the validator and the docs need to know of a node type, as JSON. */
export function describeNode(definition: NodeDefinition): NodeDescription {
  const { type, version, title, help, inputs, outputs } = definition;
  return {
    type,
    version,
    title,
    help,
    family: type.slice(0, type.indexOf('/')),
    inputs: describePorts(inputs),
    outputs: describePorts(outputs),
    parameters: describeParameters(definition),
    reportsSteps: definition.reportsSteps ?? false,
    showsPictures: definition.showsPictures ?? false,
    isOutput: definition.isOutput ?? false,
    ...(definition.editor && { editor: definition.editor }),
  };
}

/** Descriptions of all node types by type, as validateWorkflow takes them. */
export function describeNodes(registry: ReadonlyMap<string, NodeDefinition>): Map<string, NodeDescription> {
  return new Map([...registry].map(([type, definition]) => [type, describeNode(definition)]));
}

function describePorts(ports: PortSpecs): PortDescription[] {
  return Object.entries(ports).map(([name, { type, title, help, optional = false }]) => ({
    name,
    type,
    title,
    help,
    optional,
  }));
}

/** Defaults come from the schema itself, the rest from its `.meta()` (nodes/contract/parameter.ts). */
function describeParameters(definition: NodeDefinition): ParameterDescription[] {
  const defaults = definition.params.parse({});
  return Object.entries(definition.params.shape).map(([name, schema]) => {
    const meta = (schema as { meta?: () => Record<string, unknown> | undefined }).meta?.() ?? {};
    return parameterDescriptionSchema.parse({ advanced: false, ...meta, name, default: defaults[name] });
  });
}
