import { createHash } from 'node:crypto';
import { hashWeights } from '../weights/hashWeights.ts';
import type { ModelParts, Network, TextNetwork } from './modelParts.ts';

/** SHA-256 (hex) over the identity of a network's weights (see hashWeights) and what shapes its results. */
export async function hashNetwork(network: Network<object> | TextNetwork): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await hashWeights(network.weights));
  hash.update(JSON.stringify(network.config));
  // Another vocabulary turns the same prompt into other tokens.
  if ('vocabulary' in network) hash.update(JSON.stringify(network.vocabulary));
  return hash.digest('hex');
}

/** Identity of a whole model: of its networks, in order, and of how its noise is to be removed. */
export function hashParts(networks: readonly string[], { schedule, predictionType }: ModelParts): string {
  const hash = createHash('sha256');
  for (const network of networks) hash.update(network);
  return hash.update(JSON.stringify([schedule, predictionType])).digest('hex');
}
