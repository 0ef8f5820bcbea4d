import type { GraphBuilder, Value } from '../graph/value.ts';

/** How each place along an axis is made of the places that it had before: `[after, before]`, row by row. */
export interface AxisMap {
  readonly before: number;
  readonly after: number;
  readonly weights: Float64Array;
}

/** An axis map from a function that adds its weights: `weigh(place, add)`. */
export function axisMap(
  before: number,
  after: number,
  weigh: (place: number, add: (from: number, weight: number) => void) => void,
): AxisMap {
  const weights = new Float64Array(before * after);
  for (let place = 0; place < after; place++) {
    weigh(place, (from, weight) => (weights[place * before + from]! += weight));
  }
  return { before, after, weights };
}

/**
 * The gradient of pictures `[B, C, ...]` that were resampled along each of their spatial axes by a linear map: the
 * transposed maps, as matrix products.
 */
export function resampledBack(gradient: Value, maps: readonly AxisMap[]): Value {
  const rank = gradient.shape.length;
  return maps.reduce((value, map, i) => {
    const axis = rank - maps.length + i;
    if (map.before === map.after && isIdentity(map)) return value;
    const last = [...value.shape.keys()].with(axis, rank - 1).with(rank - 1, axis);
    if (axis === rank - 1) return value.matmul(matrix(gradient.graph, map));
    if (axis === rank - 2) return matrix(gradient.graph, transposed(map)).matmul(value);
    return value.transpose(last).matmul(matrix(gradient.graph, map)).transpose(last);
  }, gradient);
}

function matrix(graph: GraphBuilder, { before, after, weights }: AxisMap): Value {
  return graph.constant([...weights], [after, before]);
}

function transposed({ before, after, weights }: AxisMap): AxisMap {
  return axisMap(after, before, (place, add) => {
    for (let from = 0; from < after; from++) add(from, weights[from * before + place]!);
  });
}

function isIdentity({ before, weights }: AxisMap): boolean {
  return weights.every((weight, i) => weight === (i % (before + 1) === 0 ? 1 : 0));
}
