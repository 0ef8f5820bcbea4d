import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

const NAMES: Readonly<Record<number, string>> = { 20: 'debug', 30: '', 40: 'warning: ', 50: 'error: ' };

/** Readable lines on the terminal: `02:41:03 warning: ...`. Quiet unless something needs attention. */
export function createLog(level: string): Log {
  return pino({ level, base: null }, readable(process.stderr));
}

/** Turns pino's JSON lines into lines for people. */
function readable(out: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) if (line) out.write(`${readableLine(line)}\n`);
      done();
    },
  });
}

function readableLine(line: string): string {
  const { time, level, msg } = JSON.parse(line) as { time: number; level: number; msg?: string };
  const clock = new Date(time).toTimeString().slice(0, 8);
  return `${clock} ${NAMES[level] ?? ''}${msg ?? ''}`;
}
