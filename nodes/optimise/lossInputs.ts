import { number } from '../contract/parameter.ts';
import type { z } from 'zod';

/** Of every loss node: what it is added to. */
export const moreLosses = {
  type: 'pictureLoss',
  title: 'Other losses',
  help: 'From another loss node: the picture is drawn to all of them.',
  optional: true,
} as const;

export const lossOutput = {
  type: 'pictureLoss',
  title: 'Losses',
  help: 'This loss and those that came in: for Optimise Picture, or the next loss node.',
} as const;

export const lossMask = {
  type: 'mask',
  title: 'Mask',
  help: 'Where the picture is looked at. Without it, everywhere.',
  optional: true,
} as const;

export function lossWeight(preset: number): z.ZodDefault<z.ZodNumber> {
  return number({
    title: 'Weight',
    help: 'How much this loss counts beside the others.',
    default: preset,
    min: 0,
    max: 1e9,
    step: 0.001,
    control: 'number',
  });
}
