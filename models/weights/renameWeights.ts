import { byteLength, type WeightInfo, type WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** One of several weights that are stored as one, one behind the other along the first axis. */
export interface WeightPart {
  readonly name: string;
  readonly index: number;
  readonly of: number;
}

interface Origin {
  readonly name: string;
  /** Bytes to leave out at the beginning. */
  readonly skip: number;
}

/**
 * A view of a source under other names; what `rename` answers undefined for is left out, and a weight may be taken
 * apart. Messages about a tensor keep the name it has in the file. Throws WeightsError `duplicate-name`, and
 * `misshaped-tensor` for one that cannot be taken apart.
 */
export function renameWeights(
  source: WeightSource,
  rename: (name: string) => string | readonly WeightPart[] | undefined,
): WeightSource {
  const tensors = new Map<string, WeightInfo>();
  const origins = new Map<string, Origin>();
  for (const [name, info] of source.tensors) {
    const renamed = rename(name) ?? [];
    const parts = typeof renamed === 'string' ? [{ name: renamed, index: 0, of: 1 }] : renamed;
    for (const part of parts) {
      const before = origins.get(part.name)?.name;
      if (before !== undefined) {
        const message = `'${name}' and '${before}' are the same weight`;
        throw new WeightsError('duplicate-name', source.title, message);
      }
      const taken = partOf(info, part);
      if (!taken) {
        const message = `'${name}' of shape [${info.shape.join(', ')}] should hold ${part.of} weights of one size`;
        throw new WeightsError('misshaped-tensor', source.title, message);
      }
      tensors.set(part.name, taken);
      origins.set(part.name, { name, skip: part.index * byteLength(taken) });
    }
  }
  return {
    ...source,
    tensors,
    read: async (name, limit = Infinity) => {
      const origin = origins.get(name);
      const info = tensors.get(name);
      if (!origin || !info) return source.read(name, limit);
      const end = origin.skip + Math.min(limit, byteLength(info));
      return (await source.read(origin.name, end)).subarray(origin.skip);
    },
  };
}

function partOf(info: WeightInfo, { index, of }: WeightPart): WeightInfo | undefined {
  if (of === 1) return info;
  const [rows = 0, ...rest] = info.shape;
  if (rows % of !== 0) return undefined;
  const part = { dtype: info.dtype, shape: [rows / of, ...rest] };
  if (!info.place) return part;
  return { ...part, place: { ...info.place, offset: info.place.offset + index * byteLength(part) } };
}
