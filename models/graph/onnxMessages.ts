import { basename } from 'node:path';
import type { PbfWriter } from 'pbf';
import type { Attribute } from './attributes.ts';
import type { Shape } from './dim.ts';
import { elementTypes } from './elementType.ts';
import type { GraphNode, Initializer, Value } from './value.ts';

/**
 * A protobuf message ends at 2 GB, so larger initializers in memory are handed over beside the graph. onnxruntime takes
 * external data either from files or from memory: next to weights in files, those in memory are embedded.
 */
const EMBEDDED_BYTES = 65_536;

/** External data that lies in memory. */
export interface MemoryData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** A NodeProto. */
export function writeNode(
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

/** A TensorProto, whose data is in it, in a file, or handed over beside the graph. */
export function writeInitializer(
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

/** A ValueInfoProto. */
export function writeValueInfo({ name, value }: { name: string; value: Value }, out: PbfWriter): void {
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
