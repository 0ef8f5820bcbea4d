import { generateWeights } from '../../models/catalog/generateWeights.ts';
import type { WeightSource } from '../../models/weights/weightSource.ts';

/**
 * An adapter for a small UNet with generated weights, under the names of PHDiffusion's file: `ad.` and `interact.`. The
 * fusion blocks stand at the two deepest levels.
 */
export function tinyAdapter(
  title = 'adapter.pth',
  levelChannels: readonly number[] = [32, 32, 32, 32],
): WeightSource {
  const parts = {
    ad: generateWeights({ kind: 'adapter', config: { levelChannels } }),
    interact: generateWeights({ kind: 'fusion', config: { blockChannels: levelChannels.slice(-2) } }, 2),
  };
  const all = Object.entries(parts).flatMap(([part, { tensors }]) =>
    [...tensors].map(([name, info]) => [`${part}.${name}`, info] as const),
  );
  return {
    title,
    tensors: new Map(all),
    read: (name, limit) => {
      const [part = '', ...rest] = name.split('.');
      return parts[part as keyof typeof parts].read(rest.join('.'), limit);
    },
  };
}
