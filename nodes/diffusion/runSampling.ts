import { NoteTally } from '../../models/sampling/noteTally.ts';
import type { SampledStep } from '../../models/sampling/samplerStep.ts';
import { samplers, type AnySamplerOptions } from '../../models/sampling/samplers.ts';
import type { SamplingRecord } from '../contract/services.ts';

export interface SamplingRun {
  readonly sampler: keyof typeof samplers;
  /** Where `from` stands is where the sampling with this record begins. */
  readonly options: AnySamplerOptions & { readonly until: number };
  readonly record: SamplingRecord;
  /** Called for every step, those that are remembered first. */
  readonly tell: (step: SampledStep, known: boolean) => void;
}

export interface SampledLatent {
  /** The last step. */
  readonly reached: SampledStep;
  /** What patches want the person to know, each once with the number of steps it concerns. */
  readonly notes: readonly string[];
}

/** Samples up to a step; steps that are remembered are told again, and not done twice. */
export async function runSampling({ sampler, options, record, tell }: SamplingRun): Promise<SampledLatent> {
  const { until } = options;
  let reached: SampledStep | undefined;
  const stepNotes: (readonly string[])[] = [];
  const take = (step: SampledStep, known: boolean): void => {
    reached = step;
    stepNotes.push(step.notes);
    tell(step, known);
  };
  for (const step of record.known.filter(({ step }) => step <= until)) take(step, true);
  if (!reached || reached.step < Math.min(until, reached.of)) {
    await samplers[sampler]({
      ...options,
      ...(reached ? { latent: reached.latent, from: reached.state } : {}),
      onStep: (step) => {
        record.add(step);
        take(step, false);
      },
    });
  }
  if (!reached) throw new Error('The sampler made no step.');
  const tally = new NoteTally(stepNotes.length);
  for (const notes of stepNotes) tally.add(notes);
  return { reached, notes: tally.sentences() };
}
