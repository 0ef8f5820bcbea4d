import type { Tensor } from '../tensor/tensor.ts';
import type { ObservedAttention } from './denoiser.ts';

/**
 * Where one token of a row took its values from: for every head, what each token of the picture that it looked at gave,
 * not negative and 1 in all. That is softmax(tau * head_dim^-0.5 * q k^T) over the keys that it saw, in float64, with the
 * query that it used: gamma * injected + (1 - gamma) * own (StyleID, arXiv 2312.09008, eq. 5 to 7).
 */
export function attentionShares(
  observed: ObservedAttention,
  { row, token }: { readonly row: number; readonly token: number },
): Float64Array[] {
  const { layer, injection } = observed;
  const { gamma = 0, tau = 1 } = injection ?? {};
  const own = vector(observed.q, row, token);
  const other = injection?.q && vector(injection.q, row, token);
  const query = Float64Array.from(own, (value, c) =>
    other ? gamma * other[c]! + (1 - gamma) * value : value,
  );
  const keys = injection?.k ?? observed.k;
  const count = keys.shape[1]!;
  const seen = injection?.visible ?? Int32Array.from({ length: count }, (_, i) => i);
  const headSize = layer.channels / layer.heads;
  const scale = tau * headSize ** -0.5;
  return Array.from({ length: layer.heads }, (_, head) => {
    const [from, to] = [head * headSize, (head + 1) * headSize];
    const logits = Float64Array.from(seen, (key) =>
      product(query.subarray(from, to), vector(keys, row, key).subarray(from, to), scale),
    );
    const shares = new Float64Array(count);
    softmax(logits).forEach((share, i) => (shares[seen[i]!] = share));
    return shares;
  });
}

/** Of a token in a row; one row serves every row. */
function vector({ shape, data }: Tensor, row: number, token: number): Float32Array {
  const [rows = 1, tokens = 0, channels = 0] = shape;
  const start = ((rows === 1 ? 0 : row) * tokens + token) * channels;
  return data.subarray(start, start + channels);
}

function product(query: Float64Array, key: Float32Array, scale: number): number {
  return scale * query.reduce((sum, value, c) => sum + value * key[c]!, 0);
}

function softmax(values: Float64Array): Float64Array {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
