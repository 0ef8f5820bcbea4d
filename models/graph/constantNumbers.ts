import { GraphError } from './graphError.ts';
import type { Value } from './value.ts';

/** The numbers of a small constant, such as the axes of a sum. Throws GraphError for a value that is computed. */
export function constantNumbers({ graph, name, dtype }: Value): readonly number[] {
  const data = graph.initializers.get(name)?.data;
  if (data?.kind !== 'memory') {
    throw new GraphError('unknown-name', graph.scope, `${name || 'an operand'} must be a constant`);
  }
  const { buffer, byteOffset, byteLength } = data.bytes;
  if (dtype === 'int64') return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
  return [...new Float32Array(buffer, byteOffset, byteLength / 4)];
}
