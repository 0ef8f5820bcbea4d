import { GraphError } from './graphError.ts';
import type { Value } from './value.ts';

/** The numbers of a small constant, such as the axes of a sum. Throws GraphError for a value that is computed. */
export function constantNumbers({ graph, name, dtype }: Value): readonly number[] {
  const data = graph.initializers.get(name)?.data;
  if (data?.kind !== 'memory') {
    throw new GraphError('unknown-name', graph.scope, `${name || 'an operand'} must be a constant`);
  }
  // A copy, which begins where numbers may begin.
  const { buffer } = Uint8Array.from(data.bytes);
  return dtype === 'int64' ? Array.from(new BigInt64Array(buffer), Number) : [...new Float32Array(buffer)];
}
