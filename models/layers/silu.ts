import type { Value } from '../graph/value.ts';

/** x * sigmoid(x), also called swish. */
export function silu(x: Value): Value {
  return x.mul(x.sigmoid());
}
