import type { Tensor } from '../tensor/tensor.ts';
import { TorchGenerator } from './torchGenerator.ts';

/** Standard normal noise for a step of a loop, counted from 0. */
export type StepNoise = (step: number) => Tensor;

/** The noise of step n is the n-th draw of one generator, whatever steps were asked for before: nothing depends on when. */
export function stepNoise(seed: bigint, shape: readonly number[]): StepNoise {
  let generator = new TorchGenerator(seed);
  let drawn: { readonly step: number; readonly noise: Tensor } | undefined;
  return (step) => {
    if (drawn && drawn.step > step) [generator, drawn] = [new TorchGenerator(seed), undefined];
    while (!drawn || drawn.step < step) {
      drawn = { step: (drawn?.step ?? -1) + 1, noise: generator.randn(shape) };
    }
    return drawn.noise;
  };
}
