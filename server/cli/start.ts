import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { deviceNames, type DeviceName } from '../../models/runtime/device.ts';
import { refusalSentence } from '../../models/files/refusalSentence.ts';
import { readHubSettings } from '../models/hubSettings.ts';
import { ModelDownloads } from '../models/modelDownloads.ts';
import { openModels } from '../models/openModels.ts';
import { precisionNames, type PrecisionName } from '../../models/runtime/precision.ts';
import { programLibrary } from '../runs/programLibrary.ts';
import { errorCode } from '../storage/disk.ts';
import { claimDataFolder } from './claimDataFolder.ts';
import { checkDevice } from './checkDevice.ts';
import { Complaint, complain } from './complaint.ts';
import { engineDefaults } from './engineDefaults.ts';
import { createLog } from './log.ts';
import { openDataFolder } from './openDataFolder.ts';
import { projectRoot } from './projectRoot.ts';
import { type RunningServer, startServer } from './startServer.ts';

interface StartOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly open?: boolean;
  readonly allowOrigin: string[];
  readonly logLevel: string;
  readonly hub?: string;
  readonly offline?: boolean;
  readonly engine?: string;
  readonly client?: string;
}

const program = new Command('npm start --')
  .description('Serves Impasto to a browser.')
  .option('--port <n>', 'where to listen', parsePort, 7860)
  .option('--host <address>', 'which address to listen on', '127.0.0.1')
  .option(
    '--data <folder>',
    'workflows, uploads, runs, caches, models (default: data/ in the project folder)',
  )
  .addOption(new Option('--device <name>', 'where models run').choices(deviceNames).default('auto'))
  .addOption(
    new Option('--precision <name>', 'what models compute in').choices(precisionNames).default('auto'),
  )
  .option('--open', 'open the page in a browser')
  .option('--allow-origin <url>', 'also take requests from pages of this origin', parseOrigin, [])
  .option('--hub <url>', 'where models are downloaded from')
  .option('--offline', 'download nothing')
  .addOption(new Option('--log-level <level>').choices(['debug', 'info', 'warn', 'error']).default('warn'))
  .addOption(new Option('--engine <file>', 'another engine program').hideHelp())
  .addOption(new Option('--client <folder>', 'another built editor').hideHelp())
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

program.parse();
start(program.opts<StartOptions>()).catch((error: unknown) => {
  complain(error);
  process.exit();
});

async function start(options: StartOptions): Promise<void> {
  checkDevice(options.device);
  const root = projectRoot();
  const dataFolder = await openDataFolder(options.data ?? join(root, 'data'));
  const hubSettings = await readHubSettings({ dataFolder, hub: options.hub, offline: options.offline });
  const claim = await claimDataFolder(dataFolder);
  const engineSettings = engineDefaults({
    dataFolder,
    root,
    device: options.device,
    precision: options.precision,
  });
  const log = createLog(options.logLevel);
  // A mistake in one request must not end everybody's work.
  process.on('unhandledRejection', (reason) => log.error(reason instanceof Error ? reason.stack : reason));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const models = openModels({ root, ...engineSettings });
  const server = await startServer({
    models,
    downloads: new ModelDownloads({ library: models, settings: hubSettings }),
    host: options.host,
    port: options.port,
    allowOrigins: options.allowOrigin,
    clientFolder: options.client ?? join(root, 'dist', 'client'),
    library: await programLibrary({ root, ...engineSettings, models }),
    version,
    engineEntry: options.engine ?? join(root, 'dist', 'server', 'engine.js'),
    tokensEntry: join(root, 'dist', 'server', 'tokens.js'),
    engineSettings,
    log,
  }).catch(async (error: unknown) => {
    await claim.release();
    throw listenComplaint(error, options);
  });
  await claim.announce(server.url);
  closeOnSignals(server, claim.release);
  process.stdout.write(`Impasto is ready: ${server.url}\n`);
  if (options.open) openBrowser(server.url);
}

function listenComplaint(error: unknown, { port, host }: StartOptions): unknown {
  // One that is about a file says so itself.
  if (refusalSentence(error) !== undefined) return error;
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new Complaint(
        `Port ${port} is taken by another program; choose another one with --port.`,
        error,
      );
    case 'EACCES':
      return new Complaint(
        `Port ${port} is not allowed for this user; choose one above 1023 with --port.`,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Complaint(`This machine has no address ${host} to listen on (--host).`, error);
    default:
      return error;
  }
}

/** The first signal closes in order; a second one does not wait. */
function closeOnSignals(server: RunningServer, release: () => Promise<void>): void {
  let closing = false;
  const close = () => {
    if (closing) process.exit(130);
    closing = true;
    void Promise.allSettled([server.close(), release()]).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close);
}

function openBrowser(url: string): void {
  const [command, ...args] = { darwin: ['open', url], win32: ['cmd', '/c', 'start', '', url] }[
    process.platform as string
  ] ?? ['xdg-open', url];
  const child = spawn(command!, args, { stdio: 'ignore', detached: true });
  child.on('error', () => process.stderr.write('No browser could be opened; open the address yourself.\n'));
  child.unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function parseOrigin(text: string, before: string[]): string[] {
  const url = tryUrl(text);
  if (!url || url.origin !== text) throw new InvalidArgumentError('It must look like http://name:port.');
  return [...before, text];
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
