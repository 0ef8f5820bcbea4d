import { NodeError } from '../contract/nodeError.ts';
import { integer } from '../contract/parameter.ts';

/** In which steps of the sampler a patch acts. `what`: the patch, in a sentence. */
export function stepRange(what: string) {
  return {
    fromStep: integer({
      title: 'From step',
      help: `First step of the sampler in which ${what} acts.`,
      default: 1,
      min: 1,
      max: 1000,
      advanced: true,
    }),
    toStep: integer({
      title: 'To step',
      help: `Last step in which ${what} acts; more than the sampler has = until the end.`,
      default: 1000,
      min: 1,
      max: 1000,
      advanced: true,
    }),
  };
}

/** Throws NodeError `bad-parameter` for a range that ends before it starts. */
export function checkStepRange(
  { fromStep, toStep }: { readonly fromStep: number; readonly toStep: number },
  what: string,
): void {
  if (fromStep <= toStep) return;
  const message = `${what} starts at step ${fromStep} and ends at step ${toStep}: the end must not lie before the start.`;
  throw new NodeError('bad-parameter', message, 'toStep');
}
