import type { Tensor } from '../tensor/tensor.ts';
import { constantOf, maskOf, type LossTerm } from './lossTerm.ts';
import type { Plane } from './plane.ts';

export interface ContentTermOptions {
  readonly layer: string;
  readonly weight: number;
  /** The response that is to be kept, `[1, C, h, w]`, or that of the picture that the optimisation starts from. */
  readonly target: Tensor | 'start';
  readonly mask?: Plane;
  /** Whether only the masked part is compared; all of it unless given. */
  readonly maskedLoss?: boolean;
}

/** Keeps what is depicted: the mean of squared differences between responses (Gatys et al., CVPR 2016). */
export function contentTerm({ layer, weight, target, mask, maskedLoss }: ContentTermOptions): LossTerm {
  return {
    name: `content ${layer}`,
    layer,
    weight,
    ...(mask ? { mask } : {}),
    masksItself: maskedLoss === true,
    comparesWithStart: target === 'start',
    build: (response, start) => {
      const difference = response.sub(target === 'start' ? start! : constantOf(response, target));
      const compared = mask && maskedLoss ? difference.mul(maskOf(response, mask)) : difference;
      return { loss: compared.mul(compared).mean() };
    },
  };
}
