import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { PrecisionName } from '../../models/runtime/precision.ts';
import type { EngineSettings } from '../engine/messages.ts';

const GIGABYTE = 1024 ** 3;

/** Settings of the engine for this machine: its caches take fixed shares of the memory that the process may use. */
export function engineDefaults(options: {
  readonly dataFolder: string;
  readonly root: string;
  readonly device: string;
  readonly precision?: PrecisionName;
}): EngineSettings {
  const memory = usableMemory();
  return {
    dataFolder: options.dataFolder,
    builtinFolder: join(options.root, 'models', 'builtin'),
    device: options.device,
    precision: options.precision ?? 'auto',
    sessionBudget: Math.round(memory * 0.4),
    outputCacheBudget: Math.min(Math.round(memory * 0.1), 2 * GIGABYTE),
    featureBudget: Math.min(Math.round(memory * 0.15), 4 * GIGABYTE),
    stepBudget: Math.min(Math.round(memory * 0.03), GIGABYTE / 2),
    inversionCacheBudget: 8 * GIGABYTE,
  };
}

/** What there is, or what a container leaves of it. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
