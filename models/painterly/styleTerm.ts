import type { Value } from '../graph/value.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { constantOf, maskOf, type LossTerm } from './lossTerm.ts';
import type { Plane } from './plane.ts';

export interface StyleTermOptions {
  readonly layer: string;
  readonly weight: number;
  /** The Gram matrix that the picture's is drawn to, `[C, C]` (see gramMatrix). */
  readonly target: Tensor;
  /** Where the picture is looked at. */
  readonly mask: Plane;
}

/** Makes texture alike: the mean of squared differences between Gram matrices of masked responses. */
export function styleTerm({ layer, weight, target, mask }: StyleTermOptions): LossTerm {
  return {
    name: `style ${layer}`,
    layer,
    weight,
    mask,
    masksItself: true,
    build: (response) => {
      const difference = maskedGram(response, mask).sub(constantOf(response, target));
      return { loss: difference.mul(difference).mean() };
    },
  };
}

/** gramMatrix, in a graph. */
function maskedGram(response: Value, mask: Plane): Value {
  const channels = response.size(1);
  const area = response.size(2) * response.size(3);
  const total = mask.data.reduce((sum, value) => sum + value, 0);
  const flat = response.mul(maskOf(response, mask)).reshape([channels, area]);
  return flat.matmul(flat.transpose([1, 0])).mul(response.graph.scalar(1 / (channels * (total || 1))));
}
