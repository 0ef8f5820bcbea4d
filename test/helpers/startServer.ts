import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunningServer {
  readonly url: string;
  readonly data: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

/** The built server on a free port, with a data folder of its own (removed afterwards unless it was given). */
export async function startServer(
  options: { data?: string; args?: readonly string[] } = {},
): Promise<RunningServer> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'impasto-test-')));
  const args = ['dist/server/start.js', '--port', '0', '--data', data, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await firstUrl(child);
  return {
    url,
    data,
    process: child,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
      }
      if (!options.data) await rm(data, { recursive: true, force: true });
    },
  };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const url = /http:\/\/\S+?:\d+/.exec(printed);
      if (url) resolve(url[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server stopped with status ${code}: ${printed}`)));
  });
}
