import type { Tensor } from '../tensor/tensor.ts';
import { SamplingError } from './samplingError.ts';

/** Refuses a prediction with NaN or infinite values, naming the step. Throws SamplingError `not-finite`. */
export function checkPrediction(
  { data }: Tensor,
  { step, of, timestep }: { step: number; of: number; timestep: number },
): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new SamplingError(
      'not-finite',
      `The model's prediction at step ${step} of ${of} (timestep ${timestep}) has ${Number.isNaN(data[i]) ? 'NaN' : 'infinite'} values. ` +
        `Its weights or its inputs are damaged, or half precision overflowed.`,
    );
  }
}
