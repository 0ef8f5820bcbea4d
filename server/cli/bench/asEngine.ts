import { spawn } from 'node:child_process';
import { engineEnvironment } from '../../engine/engineEnvironment.ts';

const MARK = 'IMPASTO_BENCH_AS_ENGINE';

/**
 * Runs this program once more in an engine's environment (its memory allocator is told at the start of a process) and
 * answers true when that has been done, so that models are measured as an engine runs them.
 */
export async function asEngine(): Promise<boolean> {
  if (process.env[MARK] !== undefined) return false;
  const env = { ...engineEnvironment(), [MARK]: '1' };
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env,
    stdio: 'inherit',
  });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return true;
}
