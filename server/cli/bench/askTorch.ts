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
  /** Of one round, median. */
  readonly seconds: number;
}

/**
 * Has a script beside this file time something in PyTorch as it is installed. The interpreter is `python3`, or what
 * IMPASTO_BENCH_PYTHON names; undefined when it cannot import torch.
 */
export async function askTorch(
  root: string,
  script: string,
  asked: Readonly<Record<string, unknown>>,
): Promise<TorchTimes | undefined> {
  const python = process.env['IMPASTO_BENCH_PYTHON'] ?? 'python3';
  const there = await run(python, ['-c', 'import torch']).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const { stdout } = await run(python, [join(root, 'server/cli/bench', script), JSON.stringify(asked)]);
  const answer = answerSchema.parse(JSON.parse(stdout));
  return { ...answer, seconds: median(answer.seconds) };
}
