import { Graph } from '../graph/graph.ts';
import { halfPrecision } from '../graph/halfPrecision.ts';
import { attention } from '../layers/attention.ts';
import { LayerContext, type AttentionForm } from '../layers/layerContext.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { parameters } from '../weights/parameters.ts';
import { memoryWeights } from '../weights/memoryWeights.ts';
import type { Device } from './device.ts';
import { openSession } from './openSession.ts';
import type { Precision } from './precision.ts';

const probes = new Map<string, Promise<AttentionForm>>();

/**
 * Which form of attention to use on a device: `fused` only when onnxruntime's MultiHeadAttention is there and agrees
 * with the plain form on this very device. Providers have been seen to compute it wrongly from 64 tokens on (WebGPU on
 * SwiftShader), so several token counts are tried, with keys fewer and more than queries. Once per process, device and precision.
 */
export function attentionFormOf(device: Device, precision: Precision = 'float32'): Promise<AttentionForm> {
  const key = `${device} ${precision}`;
  const known = probes.get(key) ?? probeFusedAttention({ device, precision });
  probes.set(key, known);
  return known;
}

interface Place {
  readonly device: Device;
  readonly precision: Precision;
}

async function probeFusedAttention(place: Place): Promise<AttentionForm> {
  const cases = [
    { queries: 16, keys: 16, heads: 2, channels: 16 },
    { queries: 128, keys: 128, heads: 8, channels: 320 },
    { queries: 256, keys: 77, heads: 4, channels: 64 },
    { queries: 64, keys: 300, heads: 1, channels: 64 },
  ];
  try {
    for (const size of cases) {
      const [plain, fused] = [
        await runAttention('plain', size, place),
        await runAttention('fused', size, place),
      ];
      if (!agree(plain, fused, tolerances[place.precision])) return 'plain';
    }
    return 'fused';
  } catch {
    return 'plain';
  }
}

interface ProbeSize {
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly channels: number;
}

async function runAttention(form: AttentionForm, size: ProbeSize, place: Place): Promise<Tensor> {
  const { queries, keys, heads, channels } = size;
  const graph = new Graph();
  const layer = new LayerContext(
    { parameters: parameters(memoryWeights('probe', new Map())), attention: form },
    graph,
  );
  const query = graph.input('query', ['B', queries, channels]);
  const key = graph.input('key', ['B', 'keys', channels]);
  const value = graph.input('value', ['B', 'keys', channels]);
  graph.output('mixed', attention(layer, { query, key, value, heads }));
  const { device, precision } = place;
  const session = await openSession(precision === 'float16' ? halfPrecision(graph) : graph, { device });
  try {
    const feeds = {
      query: waves([2, queries, channels], 1),
      key: waves([2, keys, channels], 2),
      value: waves([2, keys, channels], 3),
    };
    return (await session.run(feeds, ['mixed'])).get('mixed')!;
  } finally {
    await session.release();
  }
}

/** Deterministic values in [-2, 2] without a short period. */
function waves(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    shape,
    data: Float32Array.from({ length: count }, (_, i) => 2 * Math.sin((i + 1) * (seed + 0.7) * 1.3)),
  };
}

/** For values up to 2; in half precision they themselves are known to 1e-3. */
const tolerances: Readonly<Record<Precision, number>> = { float32: 1e-4, float16: 1e-2 };

function agree(plain: Tensor, fused: Tensor, tolerance: number): boolean {
  return plain.data.every((value, i) => Math.abs(value - fused.data[i]!) < tolerance);
}
