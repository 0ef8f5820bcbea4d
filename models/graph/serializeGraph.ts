import { basename, dirname } from 'node:path';
import { PbfWriter } from 'pbf';
import type { Shape } from './dim.ts';
import { elementTypes } from './elementType.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graphError.ts';
import type { Attribute } from './attributes.ts';
import type { GraphNode, Initializer, Value } from './value.ts';

/** ONNX operator set 20 is the first with Gelu; onnxruntime 1.30 knows all of it. */
const OPSET = 20;
const IR_VERSION = 9;
/**
 * A protobuf message ends at 2 GB, so larger initializers in memory are handed over beside the graph. onnxruntime takes
 * external data either from files or from memory: next to weights in files, those in memory are embedded.
 */
const EMBEDDED_BYTES = 65_536;

export interface SerializedGraph {
  /** The ModelProto. */
  readonly bytes: Uint8Array;
  /** Folder that external data is relative to; absent when everything lies in `bytes`. */
  readonly folder?: string;
  /** External data that lies in memory, by the name that the graph gives it. */
  readonly memory: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Writes a graph as an ONNX ModelProto (onnx.proto, field numbers as there). Initializers that lie in files become
 * external data with the file's name relative to the one folder they share.
 */
export function serializeGraph(graph: Graph, name = 'impasto'): SerializedGraph {
  const folder = sharedFolder(graph);
  const memory: MemoryData[] = [];
  const model = { graph, name, memory: folder === undefined ? memory : undefined };
  const out = new PbfWriter();
  out.writeVarintField(1, IR_VERSION);
  out.writeStringField(2, 'impasto');
  out.writeMessage(7, (_: unknown, g: PbfWriter) => writeGraph(model, g), undefined);
  for (const domain of new Set(['', ...graph.nodes.map((node) => node.domain)])) {
    out.writeMessage(
      8,
      (_: unknown, w: PbfWriter) => {
        w.writeStringField(1, domain);
        w.writeVarintField(2, domain === '' ? OPSET : 1);
      },
      undefined,
    );
  }
  return { bytes: out.finish(), memory, ...(folder === undefined ? {} : { folder }) };
}

function sharedFolder(graph: Graph): string | undefined {
  const folders = new Set<string>();
  for (const { data } of graph.initializers.values()) {
    if (data.kind === 'file') folders.add(dirname(data.path));
  }
  if (folders.size > 1) {
    throw new GraphError('attribute', '', `weights lie in ${folders.size} folders, expected one`);
  }
  return folders.values().next().value;
}

interface Model {
  readonly graph: Graph;
  readonly name: string;
  /** Absent = data in memory is embedded. */
  readonly memory: MemoryData[] | undefined;
}

interface MemoryData {
  readonly path: string;
  readonly data: Uint8Array;
}

function writeGraph({ graph, name, memory }: Model, out: PbfWriter): void {
  const names = outputNames(graph);
  for (const node of graph.nodes) out.writeMessage(1, writeNode, { node, names });
  for (const [output, value] of graph.outputs) {
    const known = names.get(value) ?? value.name;
    if (known === output) continue;
    const node = { op: 'Identity', domain: '', scope: '', inputs: [value], attributes: {}, outputs: [] };
    out.writeMessage(1, writeNode, { node, names, output });
  }
  out.writeStringField(2, name);
  for (const initializer of graph.initializers.values()) {
    out.writeMessage(5, writeInitializer, { initializer, memory });
  }
  for (const [input, value] of graph.inputs) out.writeMessage(11, writeValueInfo, { name: input, value });
  for (const [input, { value, replaceable }] of graph.initializers) {
    if (replaceable) out.writeMessage(11, writeValueInfo, { name: input, value });
  }
  for (const [output, value] of graph.outputs) out.writeMessage(12, writeValueInfo, { name: output, value });
}

/**
 * Values that are graph outputs go by that name inside as well. Inputs and initializers cannot, and a value that is two
 * outputs cannot for the second: those get an Identity node.
 */
function outputNames(graph: Graph): ReadonlyMap<Value, string> {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const names = new Map<Value, string>();
  for (const [output, value] of graph.outputs) {
    if (made.has(value) && !names.has(value)) names.set(value, output);
  }
  return names;
}

function writeNode(
  { node, names, output }: { node: GraphNode; names: ReadonlyMap<Value, string>; output?: string },
  out: PbfWriter,
): void {
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  const outputs = output === undefined ? node.outputs.map(nameOf) : [output];
  for (const input of node.inputs) out.writeStringField(1, nameOf(input));
  for (const name of outputs) out.writeStringField(2, name);
  out.writeStringField(3, outputs[0]!);
  out.writeStringField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    out.writeMessage(5, writeAttribute, { name, value });
  }
  if (node.domain) out.writeStringField(7, node.domain);
}

function writeAttribute({ name, value }: { name: string; value: Attribute }, out: PbfWriter): void {
  const [FLOAT, INT, STRING, INTS] = [1, 2, 3, 7];
  out.writeStringField(1, name);
  if (typeof value === 'number') {
    out.writeVarintField(3, value);
    out.writeVarintField(20, INT);
  } else if (typeof value === 'string') {
    out.writeStringField(4, value);
    out.writeVarintField(20, STRING);
  } else if ('float' in value) {
    out.writeFloatField(2, value.float);
    out.writeVarintField(20, FLOAT);
  } else if ('elementType' in value) {
    out.writeVarintField(3, elementTypes[value.elementType].onnx);
    out.writeVarintField(20, INT);
  } else {
    for (const entry of value) out.writeVarintField(8, entry);
    out.writeVarintField(20, INTS);
  }
}

function writeInitializer(
  { initializer, memory }: { initializer: Initializer; memory: MemoryData[] | undefined },
  out: PbfWriter,
): void {
  const { value, data } = initializer;
  for (const dim of value.shape) out.writeVarintField(1, dim as number);
  out.writeVarintField(2, elementTypes[value.dtype].onnx);
  out.writeStringField(8, value.name);
  if (data.kind === 'file') {
    writeExternal({ location: basename(data.path), offset: data.offset, length: data.length }, out);
  } else if (memory && data.bytes.byteLength > EMBEDDED_BYTES) {
    const path = `memory-${memory.length}`;
    memory.push({ path, data: data.bytes });
    writeExternal({ location: path, offset: 0, length: data.bytes.byteLength }, out);
  } else {
    out.writeBytesField(9, data.bytes);
  }
}

function writeExternal(entries: { location: string; offset: number; length: number }, out: PbfWriter): void {
  const EXTERNAL = 1;
  for (const [key, entry] of Object.entries(entries)) {
    const write = (_: unknown, w: PbfWriter) => {
      w.writeStringField(1, key);
      w.writeStringField(2, `${entry}`);
    };
    out.writeMessage(13, write, undefined);
  }
  out.writeVarintField(14, EXTERNAL);
}

function writeValueInfo({ name, value }: { name: string; value: Value }, out: PbfWriter): void {
  out.writeStringField(1, name);
  out.writeMessage(
    2,
    (_: unknown, type: PbfWriter) => {
      type.writeMessage(
        1,
        (_: unknown, tensor: PbfWriter) => {
          tensor.writeVarintField(1, elementTypes[value.dtype].onnx);
          tensor.writeMessage(2, writeShape, value.shape);
        },
        undefined,
      );
    },
    undefined,
  );
}

function writeShape(shape: Shape, out: PbfWriter): void {
  for (const dim of shape) {
    out.writeMessage(
      1,
      (_: unknown, w: PbfWriter) => {
        if (typeof dim === 'number') w.writeVarintField(1, dim);
        else w.writeStringField(2, dim);
      },
      undefined,
    );
  }
}
