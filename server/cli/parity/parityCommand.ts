import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceNames, type Device } from '../../../models/runtime/device.ts';
import { tryDevice } from '../../../models/runtime/tryDevice.ts';
import { runParity } from './runParity.ts';

const devices = deviceNames.filter((name) => name !== 'auto');

const usage = `Usage: npm run parity -- [--device NAME] DIR
Runs every golden case (case.json) below DIR through Impasto's own code. Prints a line per case: the largest absolute
error of what came closest to its tolerance, that error over the largest expected value, and the tolerance.
NAME: where the networks run, in float32: ${devices.join(', ')}; cpu unless given. Tolerances are made for the CPU.
Exit code 1: a case failed; 2: there are no cases below DIR.`;

/** The parity command. Returns its exit code. */
export async function parityCommand(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { folder, device, help } = readArguments(args);
  if (folder === undefined || device === undefined) {
    print(usage);
    return help ? 0 : 2;
  }
  const root = resolve(folder);
  try {
    const problem = await tryDevice(device);
    if (problem !== undefined) {
      print(problem);
      return 2;
    }
    const { cases, failed } = await runParity(root, { print, device });
    if (cases === 0) print(`There is no case.json below ${root}.`);
    return cases === 0 ? 2 : failed > 0 ? 1 : 0;
  } catch (error) {
    print(`${root} cannot be searched: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

/** Without a folder: what was given cannot be understood. */
function readArguments(args: readonly string[]): { folder?: string; device?: Device; help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        device: { type: 'string', default: 'cpu' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const device = devices.find((name) => name === values.device);
    const [folder, ...rest] = positionals;
    if (values.help || folder === undefined || rest.length > 0 || !device) return { help: values.help };
    return { folder, device, help: false };
  } catch {
    return { help: false };
  }
}
