import type { Value } from '../graph/value.ts';
import { stopGradient } from '../gradients/customGradient.ts';
import { cropMask } from '../image/cropMask.ts';
import { constantOf, type LossTerm, type SeenResponse } from './lossTerm.ts';
import type { HistogramTarget } from './histogramTarget.ts';
import type { Plane } from './plane.ts';

export interface HistogramTermOptions {
  readonly layer: string;
  readonly weight: number;
  readonly target: HistogramTarget;
  readonly mask: Plane;
}

/**
 * Makes responses take on the painting's values (Risser et al., arXiv 1701.08893): the squared distance to themselves
 * remapped to its histogram, over the number of responses. What they are remapped to is taken for constant.
 */
export function histogramTerm({ layer, weight, target, mask }: HistogramTermOptions): LossTerm {
  return {
    name: `histogram ${layer}`,
    layer,
    weight,
    mask,
    masksItself: true,
    looksAt: target.mask,
    build: (seen) => {
      const { response } = seen;
      const { width, height } = seen.region.whole;
      const difference = distanceToRemapped(seen, target);
      const squares = difference.mul(difference).sum();
      const count = response.size(1) * width * height;
      const times = (factor: number) => squares.mul(factor);
      return { loss: times(1 / count), drawnBy: times(0.5) };
    },
  };
}

/** Of the positions that take part, `[C, positions]`: sorting tells every response its rank, and a rank its value. */
function distanceToRemapped({ response, region }: SeenResponse, { mask, ranked }: HistogramTarget): Value {
  const { graph } = response;
  const [channels, area] = [response.size(1), response.size(2) * response.size(3)];
  const seen = cropMask(mask, region.box).data;
  const places = [...seen.keys()].filter((i) => seen[i] !== 0);
  const type = { shape: [channels, places.length], dtype: 'float32' } as const;
  const taking = response.reshape([channels, area]).gather(graph.int64(places), 1);
  const ranks = graph.node({
    op: 'TopK',
    inputs: [stopGradient(taking), graph.int64([places.length])],
    attributes: { axis: 1, largest: 0, sorted: 1 },
    types: [type, { ...type, dtype: 'int64' }],
  })[1]!;
  const values = constantOf(response, ranked);
  const remapped = graph.apply({
    op: 'ScatterElements',
    inputs: [values, ranks, values],
    attributes: { axis: 1 },
    types: [type],
  });
  return taking.sub(stopGradient(remapped));
}
