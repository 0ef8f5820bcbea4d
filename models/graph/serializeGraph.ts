import { dirname } from 'node:path';
import { PbfWriter } from 'pbf';
import type { Graph } from './graph.ts';
import { GraphError } from './graphError.ts';
import { writeInitializer, writeNode, writeValueInfo, type MemoryData } from './onnxMessages.ts';
import type { Value } from './value.ts';

/** ONNX operator set 20 is the first with Gelu; onnxruntime 1.30 knows all of it. */
const OPSET = 20;
const IR_VERSION = 9;

export interface SerializedGraph {
  /** The ModelProto. */
  readonly bytes: Uint8Array;
  /** Folder that external data is relative to; absent when everything lies in `bytes`. */
  readonly folder?: string;
  /** External data that lies in memory, by the name that the graph gives it. */
  readonly memory: readonly MemoryData[];
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
