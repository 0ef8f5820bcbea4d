import { parityCommand } from './parity/parityCommand.ts';

process.exitCode = await parityCommand(process.argv.slice(2), (line) => console.log(line));
