import type { z } from 'zod';
import { integer } from '../contract/parameter.ts';

export function iterationsParam(help: string, preset: number): z.ZodDefault<z.ZodInt> {
  return integer({ title: 'Iterations', help, default: preset, min: 1, max: 5000 });
}

export const everyParam = integer({
  title: 'Picture every',
  help: 'After how many iterations there is a picture of what has become of it. The chart has the losses of all.',
  default: 5,
  min: 1,
  max: 1000,
  advanced: true,
});
