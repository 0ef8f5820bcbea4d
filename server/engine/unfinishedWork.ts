import type { UnfinishedWork } from '../../nodes/contract/node.ts';
import type { Execution } from './execution.ts';

/** Unfinished work among the results, as one of this run's own: it goes when those take more than there is room for. */
export function unfinishedWork(
  { cache, run }: Pick<Execution, 'cache' | 'run'>,
  { node, key }: { readonly node: string; readonly key: string },
): UnfinishedWork {
  const place = `unfinished ${run} ${node} ${key}`;
  return {
    take: () => {
      const work = cache.get(place)?.outputs['work'];
      cache.delete(place);
      return work;
    },
    keep: (work, bytes) =>
      cache.set(place, { outputs: { work }, shown: [], notes: {}, bytes, madeBy: { run, node } }),
  };
}
