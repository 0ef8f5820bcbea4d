import { resolve } from 'node:path';
import { runParity } from './runParity.ts';

const usage = `Usage: npm run parity -- DIR
Runs every golden case (case.json) below DIR through Impasto's own code. Prints a line per case: the largest absolute
error of what came closest to its tolerance, that error over the largest expected value, and the tolerance.
Exit code 1: a case failed; 2: there are no cases below DIR.`;

/** The parity command. Returns its exit code. */
export async function parityCommand(args: readonly string[], print: (line: string) => void): Promise<number> {
  const [folder, ...rest] = args;
  if (!folder || rest.length > 0 || folder.startsWith('-')) {
    print(usage);
    return folder === '--help' || folder === '-h' ? 0 : 2;
  }
  const root = resolve(folder);
  try {
    const { cases, failed } = await runParity(root, print);
    if (cases === 0) print(`There is no case.json below ${root}.`);
    return cases === 0 ? 2 : failed > 0 ? 1 : 0;
  } catch (error) {
    print(`${root} cannot be searched: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}
