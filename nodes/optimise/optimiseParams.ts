import type { z } from 'zod';
import { integer } from '../contract/parameter.ts';

export function iterationsParam(help: string, preset: number): z.ZodDefault<z.ZodInt> {
  return integer({ title: 'Iterations', help, default: preset, min: 1, max: 5000 });
}

export const everyParam = integer({
  title: 'Picture every',
  help: 'After how many iterations the picture is shown as it is by then. Losses are told for all.',
  default: 5,
  min: 1,
  max: 1000,
  advanced: true,
});
