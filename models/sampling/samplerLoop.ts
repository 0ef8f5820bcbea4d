import type { Tensor } from '../tensor/tensor.ts';
import { SamplingError } from './samplingError.ts';

/** Lets timers, sockets and cancel messages in: a session's run() holds the thread for whole steps. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Refuses a prediction with NaN or infinite values, naming the step. */
export function checkFinite(
  prediction: Tensor,
  { step, of, timestep }: { step: number; of: number; timestep: number },
): void {
  const { data } = prediction;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new SamplingError(
      'not-finite',
      `The model's prediction at step ${step} of ${of} (timestep ${timestep}) has ${Number.isNaN(data[i]) ? 'NaN' : 'infinite'} values. ` +
        `Its weights or its inputs are damaged, or half precision overflowed.`,
    );
  }
}
