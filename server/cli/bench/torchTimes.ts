import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { median } from './table.ts';

const run = promisify(execFile);

const answerSchema = z.object({ version: z.string(), threads: z.int(), seconds: z.array(z.number()).min(1) });

export interface TorchTimes {
  readonly version: string;
  readonly threads: number;
  /** Of one evaluation of the same UNet, median. */
  readonly seconds: number;
}

/**
 * PyTorch as it is installed, on the UNet that `torchUnet.py` describes. The interpreter is `python3`, or what
 * IMPASTO_BENCH_PYTHON names; undefined when it cannot import torch.
 */
export async function torchTimes(
  root: string,
  { rounds, threads }: { readonly rounds: number; readonly threads: number },
): Promise<TorchTimes | undefined> {
  const python = process.env['IMPASTO_BENCH_PYTHON'] ?? 'python3';
  const there = await run(python, ['-c', 'import torch']).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const script = join(root, 'server/cli/bench/torchUnet.py');
  const { stdout } = await run(python, [script, `${rounds}`, `${threads}`]);
  const answer = answerSchema.parse(JSON.parse(stdout));
  return { ...answer, seconds: median(answer.seconds) };
}
