import { z } from 'zod';
import { gpuDevices } from '../../../models/runtime/device.ts';

/** What a process is asked to measure. */
export const workSchema = z.object({
  /** A diffusion model's folder. */
  folder: z.string(),
  device: z.enum(['cpu', ...gpuDevices]),
  rows: z.int(),
  /** Of the square latents. */
  size: z.int(),
  tokens: z.int(),
  /** Keeps what each block hands on and computes the rest again. */
  recompute: z.boolean(),
  /** Steps of AdamW follow the gradients. */
  update: z.boolean(),
  /** Plain convolutions are timed in turn with the steps. */
  convolutions: z.boolean(),
  rounds: z.int(),
});
export type TrainingWork = z.infer<typeof workSchema>;
