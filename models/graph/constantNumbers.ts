import { GraphError } from './graphError.ts';
import type { Value } from './value.ts';

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array } as const;

/**
 * The numbers of a small constant; `what` they are (`the axes of a ReduceSum`) is for the GraphError that a value gets which is
 * computed.
 */
export function constantNumbers({ graph, name, dtype }: Value, what: string): readonly number[] {
  const data = graph.initializers.get(name)?.data;
  const TypedArray = arrays[dtype as keyof typeof arrays];
  if (data?.kind !== 'memory' || !TypedArray) {
    const found = name ? `found the value ${name}` : 'found none';
    throw new GraphError(
      'no-gradient',
      graph.scope,
      `${what} must be constants to have a gradient, ${found}`,
    );
  }
  // A copy, which begins where numbers may begin.
  return Array.from<number | bigint, number>(new TypedArray(Uint8Array.from(data.bytes).buffer), Number);
}
