import { ddimSamplingMoves } from '../../models/sampling/ddimSchedule.ts';
import { choice, integer } from '../contract/parameter.ts';

export const stepsParam = integer({
  title: 'Steps',
  help: 'How many steps the whole schedule has. More are slower and more exact. Numbers that divide 1000 (10, 20, 25, 40, 50, 100) work best: for others an inversion needs a few more steps than a sampling.',
  default: 50,
  min: 1,
  max: 500,
});

export const variantParam = choice({
  title: 'Noise levels',
  help: 'How noise levels follow each other: as in the first StyleID program (run_styleid.py), or as in its diffusers version. Use the same in Invert and Sample.',
  default: 'ldm',
  choices: { ldm: 'As run_styleid.py', diffusers: 'As run_styleid_diffusers.py' },
  advanced: true,
});

/** How many steps of `steps` a strength in [0, 1] stands for; at least one. */
export function strengthSteps(strength: number, steps: number): number {
  return Math.min(steps, Math.max(1, Math.round(strength * steps)));
}

/** The timestep at which a sampler that runs the last `run` of `steps` steps begins. */
export function firstTimestep(run: number, steps: number, trainSteps: number): number {
  return ddimSamplingMoves({ steps, startStep: run, trainSteps })[0]?.timestep ?? 0;
}
