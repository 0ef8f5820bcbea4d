import { Graph } from './graph.ts';
import { GraphError } from './graphError.ts';
import type { GraphNode, Value } from './value.ts';
import { windowCounts, windowsOf } from './windows.ts';

/**
 * The same graph with all arithmetic in float64, and inputs that take it. Weights and outputs stay float32, and what is an
 * output is rounded for the rest of the graph as well: where it comes back as an input, it is equal. For the CPU, and many
 * times as slow: to tell what rounding does from what is wrong, beside a reference in double precision. Throws GraphError for a
 * convolution that is grouped, dilated or not over two axes: onnxruntime has none in float64, and plain ones are made of
 * products.
 */
export function doublePrecision(graph: Graph): Graph {
  const out = new Graph();
  const made = new Map<Value, Value>();
  const handedOut = new Set(graph.outputs.values());
  const add = (old: Value, value: Value): unknown => made.set(old, widened(value));
  for (const [name, value] of graph.inputs) {
    const dtype = value.dtype === 'float32' ? 'float64' : value.dtype;
    made.set(value, out.input(name, value.shape, dtype));
  }
  for (const [name, { value, data }] of graph.initializers) add(value, out.initializer(name, value, data));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input.name === '' ? out.absent() : made.get(input)!));
    const results = out.within(node.scope, () => inFloat64(out, node, inputs));
    for (const [i, old] of node.outputs.entries())
      add(old, handedOut.has(old) ? narrowed(results[i]!) : results[i]!);
  }
  for (const [name, old] of graph.outputs) out.output(name, narrowed(made.get(old)!));
  return out;
}

function narrowed(value: Value): Value {
  return value.dtype === 'float64' ? value.cast('float32') : value;
}

function widened(value: Value): Value {
  return value.dtype === 'float32' ? value.cast('float64') : value;
}

function inFloat64(out: Graph, node: GraphNode, inputs: readonly Value[]): readonly Value[] {
  const { op, domain, attributes } = node;
  if (op === 'Conv') return [convolution(node, inputs)];
  const types = node.outputs.map(({ shape, dtype }) => ({
    shape,
    dtype: dtype === 'float32' ? ('float64' as const) : dtype,
  }));
  if (op !== 'Cast' || node.outputs[0]!.dtype !== 'float32')
    return out.node({ op, domain, inputs, attributes, types });
  return [inputs[0]!.cast('float64')];
}

/** For every place in the kernel one matrix product of its weights and what it sees, added up. */
function convolution({ attributes, scope }: GraphNode, [x, weight, bias]: readonly Value[]): Value {
  const kernel = weight!.shape.slice(2) as number[];
  const windows = windowsOf(attributes, kernel);
  const { pads, strides, dilations } = windows;
  if (kernel.length !== 2 || (attributes['group'] ?? 1) !== 1 || dilations.some((step) => step !== 1))
    throw new GraphError('attribute', scope, 'no such convolution in float64');
  const [rows, columns] = [x!.shape[0]!, x!.size(1)];
  const sizes = windowCounts([x!.size(2), x!.size(3)], windows);
  const field = pads.reduce((value, { before, behind }, i) => value.pad(2 + i, before, behind), x!);
  const products = Array.from({ length: kernel[0]! * kernel[1]! }, (_, tap) => {
    const place = [Math.floor(tap / kernel[1]!), tap % kernel[1]!];
    const own = weight!
      .slice(place[0]!, 1, 2)
      .slice(place[1]!, 1, 3)
      .reshape([weight!.size(0), columns]);
    const seen = [0, 1].reduce(
      (value, axis) =>
        everyNth(value, { axis: 2 + axis, from: place[axis]!, count: sizes[axis]!, step: strides[axis]! }),
      field,
    );
    return own.matmul(seen.reshape([rows, columns, sizes[0]! * sizes[1]!]));
  });
  const sum = products.reduce((total, product) => total.add(product));
  const whole = bias && bias.name !== '' ? sum.add(bias.reshape([bias.size(0), 1])) : sum;
  return whole.reshape([rows, weight!.size(0), ...sizes]);
}

function everyNth(
  value: Value,
  { axis, from, count, step }: Readonly<Record<'axis' | 'from' | 'count' | 'step', number>>,
): Value {
  const { graph, shape, dtype } = value;
  const numbers = [from, from + (count - 1) * step + 1, axis, step].map((each) => graph.int64([each]));
  return graph.apply({
    op: 'Slice',
    inputs: [value, ...numbers],
    types: [{ shape: shape.with(axis, count), dtype }],
  });
}
