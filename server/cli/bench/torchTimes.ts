import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import { median } from './table.ts';

const run = promisify(execFile);

const answerSchema = z.object({ version: z.string(), threads: z.int(), seconds: z.array(z.number()).min(1) });

export interface TorchTimes {
  readonly version: string;
  readonly threads: number;
  /** Of one evaluation, or step of training, of the same UNet, median. */
  readonly seconds: number;
}

export interface TorchWork {
  readonly config: UNetConfig;
  /** Forward, backward and a step of AdamW instead of an evaluation. */
  readonly train: boolean;
  /** Of the batch and its square latents. */
  readonly rows: number;
  readonly size: number;
  /** Of the context. */
  readonly tokens: number;
  readonly rounds: number;
  readonly threads: number;
}

/**
 * PyTorch as it is installed, on a UNet in the plain layers of `torchUnet.py`. The interpreter is `python3`, or what
 * IMPASTO_BENCH_PYTHON names; undefined when it cannot import torch.
 */
export async function torchTimes(
  root: string,
  { config, ...work }: TorchWork,
): Promise<TorchTimes | undefined> {
  const python = process.env['IMPASTO_BENCH_PYTHON'] ?? 'python3';
  const there = await run(python, ['-c', 'import torch']).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const { heads, downAttention, upAttention, midAttention } = config;
  const asked = {
    ...work,
    heads,
    downAttention,
    upAttention,
    midAttention,
    widths: config.blockOutChannels,
    groups: config.normGroups,
    context: config.crossAttentionDim,
    channels: config.inChannels,
    layers: config.layersPerBlock,
  };
  const script = join(root, 'server/cli/bench/torchUnet.py');
  const { stdout } = await run(python, [script, JSON.stringify(asked)]);
  const answer = answerSchema.parse(JSON.parse(stdout));
  return { ...answer, seconds: median(answer.seconds) };
}
