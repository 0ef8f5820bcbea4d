import type { Value } from '../graph/value.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { constantOf, maskOf, type LossTerm, type SeenResponse } from './lossTerm.ts';
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
    looksAt: mask,
    build: (seen) => {
      const difference = maskedGram(seen, mask).sub(constantOf(seen.response, target));
      return { loss: difference.mul(difference).mean() };
    },
  };
}

/** gramMatrix, in a graph. */
function maskedGram({ response, region }: SeenResponse, mask: Plane): Value {
  const channels = response.size(1);
  const area = response.size(2) * response.size(3);
  const total = mask.data.reduce((sum, value) => sum + value, 0);
  const flat = response.mul(maskOf(response, mask, region)).reshape([channels, area]);
  return flat.matmul(flat.transpose([1, 0])).mul(1 / (channels * (total || 1)));
}
