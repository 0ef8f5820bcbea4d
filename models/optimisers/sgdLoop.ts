import type { FloatArray } from './optimiser.ts';
import type { Round } from './precision.ts';

export interface SgdArrays {
  readonly values: FloatArray;
  readonly gradients: FloatArray;
}

export interface SgdNumbers {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** What is kept of the momentum, and what is taken of the gradient. */
  readonly momentum: number;
  readonly share: number;
  /** How far Nesterov's step looks ahead; absent = the momentum itself is the step. */
  readonly ahead: number | undefined;
}

/** One step without momentum, in one pass; rounded as torch.optim.SGD rounds. */
export function sgdLoop({ values, gradients }: SgdArrays, numbers: SgdNumbers, round: Round): void {
  const [rate, decay] = [round(-numbers.learningRate), round(numbers.weightDecay)];
  for (let i = 0; i < values.length; i++) {
    const gradient = round(gradients[i]! + decay * values[i]!);
    values[i] = values[i]! + rate * gradient;
  }
}

/** One step with momentum. */
export function sgdMomentumLoop(
  { values, gradients, momenta }: SgdArrays & { readonly momenta: FloatArray },
  numbers: SgdNumbers,
  round: Round,
): void {
  const [rate, decay] = [round(-numbers.learningRate), round(numbers.weightDecay)];
  const [kept, share, ahead] = [round(numbers.momentum), round(numbers.share), round(numbers.ahead ?? 0)];
  const lookAhead = numbers.ahead !== undefined;
  for (let i = 0; i < values.length; i++) {
    const gradient = round(gradients[i]! + decay * values[i]!);
    const momentum = round(round(momenta[i]! * kept) + share * gradient);
    momenta[i] = momentum;
    const step = lookAhead ? round(gradient + ahead * momentum) : momentum;
    values[i] = values[i]! + rate * step;
  }
}
