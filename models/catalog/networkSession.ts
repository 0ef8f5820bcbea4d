import type { Graph } from '../graph/graph.ts';
import { doublePrecision } from '../graph/doublePrecision.ts';
import { halfPrecision } from '../graph/halfPrecision.ts';
import type { AttentionForm } from '../layers/layerContext.ts';
import type { Device } from '../runtime/device.ts';
import type { NetworkPrecision } from '../runtime/precision.ts';
import { freeMemory } from '../runtime/freeMemory.ts';
import { unusedMemory } from '../runtime/unusedMemory.ts';
import { openSession, type Session } from '../runtime/openSession.ts';
import { attentionFormOf } from '../runtime/probeFusedAttention.ts';
import type { SessionPool, SessionRequest } from '../runtime/sessionPool.ts';
import { checkSame, checkUnwritten, stampsOf } from '../weights/fileStamp.ts';
import { parameters, type PendingParameters } from '../weights/parameters.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { checkMemory, memoryNeeded } from './checkMemory.ts';
import { countElements, heldInHalf } from './heldInHalf.ts';

/** Where a model's networks run. */
export interface RunPlace {
  readonly pool: SessionPool;
  readonly device: Device;
  /** float32 unless given. */
  readonly precision?: NetworkPrecision;
  /** Has sessions tell where their operators run (SessionOptions). */
  readonly logPlacement?: boolean;
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
  const { device, precision = 'float32' } = place;
  const files = stampsOf(network.weights);
  const request: SessionRequest = {
    key: `${network.hash}/${network.name}/${device}/${precision}`,
    bytes: sessionBytes(network, precision),
    open: async () => {
      checkSame(files);
      if (device === 'cpu') await makeRoom(place.pool, network, precision);
      const session = await openNetwork(network, { ...place, precision });
      checkSame(files);
      return session;
    },
  };
  return place.pool.use(request, async (session) => {
    const result = await work(session);
    checkUnwritten(files);
    return result;
  });
}

/** Idle sessions give way before a network is refused. */
async function makeRoom(
  pool: SessionPool,
  network: NetworkGraph,
  precision: NetworkPrecision,
): Promise<void> {
  const { weights } = network;
  if (memoryNeeded(weights, precision) <= freeMemory().free) return;
  await pool.release();
  const { free, limit } = freeMemory();
  // The pool counts the one that is about to be opened already.
  const open = pool.bytes - sessionBytes(network, precision);
  checkMemory(weights, precision, { free: free + unusedMemory(open), limit });
}

async function openNetwork(
  network: NetworkGraph,
  { device, precision, logPlacement = false }: Required<Pick<RunPlace, 'precision'>> & RunPlace,
): Promise<Session> {
  const half = device !== 'cpu' && precision === 'float16';
  const lean = device === 'cpu' && heldInHalf(network.weights, precision);
  const matrices = !lean ? 'widened' : precision === 'float16' ? 'narrowed' : 'stored';
  const bound = parameters(network.weights, { matrices });
  const attention = await attentionFormOf(device, half ? 'float16' : 'float32');
  const graph = network.build({ parameters: bound, attention });
  bound.check();
  await bound.load(graph);
  const turned = half ? halfPrecision(graph) : precision === 'float64' ? doublePrecision(graph) : graph;
  return openSession(turned, { device, lean, logPlacement });
}

/** Of the weights; working memory comes on top: 0.4 GB for Stable Diffusion at 512x512, beside 3.4 GB. */
function sessionBytes({ weights }: NetworkGraph, precision: NetworkPrecision): number {
  return countElements(weights) * (heldInHalf(weights, precision) ? 2 : 4);
}
