import type { Graph } from '../graph/graph.ts';
import type { AttentionForm } from '../layers/layerContext.ts';
import type { Device } from '../runtime/device.ts';
import { openSession, type Session } from '../runtime/openSession.ts';
import { attentionFormOf } from '../runtime/probeFusedAttention.ts';
import type { SessionPool, SessionRequest } from '../runtime/sessionPool.ts';
import { elementCount } from '../tensor/tensor.ts';
import { parameters, type PendingParameters } from '../weights/parameters.ts';
import type { WeightSource } from '../weights/weightSource.ts';

/** Where a model's networks run. */
export interface RunPlace {
  readonly pool: SessionPool;
  readonly device: Device;
}

export interface NetworkGraph {
  /** Network and sizes, unique within the model: `unet:64x64`. */
  readonly name: string;
  /** Identity of the model. */
  readonly hash: string;
  readonly weights: WeightSource;
  build(how: { parameters: PendingParameters; attention: AttentionForm }): Graph;
}

/** Lends `work` the session of a network, built and opened on first use. Throws what building and opening throw. */
export async function withNetwork<T>(
  place: RunPlace,
  network: NetworkGraph,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { device } = place;
  const request: SessionRequest = {
    key: `${network.hash}/${network.name}/${device}`,
    bytes: sessionBytes(network),
    open: () => openNetwork(network, device),
  };
  return place.pool.use(request, work);
}

async function openNetwork(network: NetworkGraph, device: Device): Promise<Session> {
  const bound = parameters(network.weights);
  const graph = network.build({ parameters: bound, attention: await attentionFormOf(device) });
  bound.check();
  await bound.load(graph);
  return openSession(graph, { device });
}

/**
 * Weights are held as float32 whatever they are stored as. Working memory comes on top: 0.4 GB for Stable Diffusion at
 * 512x512, beside 3.4 GB of weights.
 */
function sessionBytes({ weights }: NetworkGraph): number {
  let count = 0;
  for (const { shape } of weights.tensors.values()) count += elementCount(shape);
  return count * 4;
}
