import { blockedConvolutions } from '../graph/blockedConvolutions.ts';
import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import { convolutionBlock } from './convolutionBlock.ts';
import { openSession, type Session, type SessionOptions } from './openSession.ts';

/** Opens a graph whose weights are fed, which onnxruntime itself cannot rearrange: in the form that is fastest so. */
export async function openFedSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const block = options.device === 'cpu' ? await convolutionBlock() : undefined;
  return openSession(simplify(block ? blockedConvolutions(graph, block) : graph), options);
}
