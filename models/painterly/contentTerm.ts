import { cropTensor } from '../tensor/cropTensor.ts';
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
export function contentTerm(options: ContentTermOptions): LossTerm {
  const { layer, weight, target, mask, maskedLoss } = options;
  return {
    name: `content ${layer}`,
    layer,
    weight,
    ...(mask ? { mask } : {}),
    masksItself: maskedLoss === true,
    comparesWithStart: target === 'start',
    ...looksAt(options),
    build: ({ response, region, start }) => {
      const kept = target === 'start' ? start! : constantOf(response, cropTensor(target, region.box));
      const difference = response.sub(kept);
      const compared = mask && maskedLoss ? difference.mul(maskOf(response, mask, region)) : difference;
      const { width, height } = region.whole;
      const share = response.graph.scalar(1 / (response.size(1) * width * height));
      return { loss: compared.mul(compared).sum().mul(share) };
    },
  };
}

function looksAt({ target, mask, maskedLoss }: ContentTermOptions): Pick<LossTerm, 'looksAt'> {
  if (target === 'start') return { looksAt: 'changes' };
  return mask && maskedLoss ? { looksAt: mask } : {};
}
