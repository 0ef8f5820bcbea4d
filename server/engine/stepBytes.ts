import type { SamplerStep, SampledStep } from '../../models/sampling/samplerStep.ts';

/** What keeping a step costs; what it shares with the steps around it is counted with each. */
export function stepBytes(step: SamplerStep | SampledStep): number {
  const { latent, predictedClean, evaluation } = step;
  const { given, seen, prediction } = evaluation;
  const memory = 'state' in step ? (step.state.memory ?? []) : [];
  const arrays = new Set([latent, predictedClean, given, seen, prediction].map(({ data }) => data));
  for (const data of memory) arrays.add(data);
  return [...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
