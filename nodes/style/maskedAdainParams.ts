import { number } from '../contract/parameter.ts';

/** What the two nodes of masked AdaIN share. */
export const referencePort = {
  type: 'latent',
  title: 'Reference',
  help: 'Takes the statistics from this latent instead of from the surroundings, for example from the background without the object, at the same noise. Needed when the mask selects everything.',
  optional: true,
} as const;

export function adainStrength(preset: number) {
  return number({
    title: 'Strength',
    help: 'At 0 the object stays as it is, at 1 it gets the statistics wholly. Much of it can cost an object its own colours.',
    default: preset,
    min: 0,
    max: 1,
    step: 0.05,
  });
}
