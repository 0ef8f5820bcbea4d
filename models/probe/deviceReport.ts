import { z } from 'zod';
import { gpuDevices } from '../runtime/device.ts';

/** What a try of a device came to. Kept in the data folder, so it is read like any file: with care. */
export const deviceReportSchema = z.object({
  device: z.enum(['cpu', ...gpuDevices]),
  /** Our networks run on it, and give what the CPU gives. */
  works: z.boolean(),
  /** Why not: one sentence. */
  problem: z.string().optional(),
  /** The processor in the guise of a GPU (SwiftShader, llvmpipe): right, and slower than the CPU itself. */
  software: z.boolean().optional(),
  /** Largest difference from the CPU, over the largest value. */
  error: z.number().optional(),
  /** GFLOP/s of a small UNet. */
  rate: z.number().optional(),
  /** The same in half precision; absent on the CPU, which computes in float32. */
  half: z
    .object({
      works: z.boolean(),
      problem: z.string().optional(),
      error: z.number().optional(),
      rate: z.number().optional(),
    })
    .optional(),
});

export type DeviceReport = z.infer<typeof deviceReportSchema>;
