import type { Value } from '../graph/value.ts';

/**
 * x * sigmoid(x), also called swish. onnxruntime fuses the two operators into one pass (QuickGelu): 5 ms for all 47 in a
 * 5 s evaluation of Stable Diffusion at 512x512 on the CPU.
 */
export function silu(x: Value): Value {
  return x.mul(x.sigmoid());
}
