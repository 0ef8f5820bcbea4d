import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineSettings } from '../engine/messages.ts';
import { createApp } from '../http/createApp.ts';
import { originPolicy } from '../http/originPolicy.ts';
import { Thumbnails } from '../http/thumbnails.ts';
import type { ModelDownloads } from '../models/modelDownloads.ts';
import type { ModelLibrary } from '../models/modelLibrary.ts';
import type { SystemInfo } from '../protocol/api.ts';
import { attachRealtime } from '../realtime/attachRealtime.ts';
import { type EngineOptions, EngineProcess } from '../runs/engineProcess.ts';
import type { Library } from '../runs/library.ts';
import { StepDesk } from '../runs/stepDesk.ts';
import { RunService, type RunServiceOptions } from '../runs/runService.ts';
import { type Disk, disk as realDisk } from '../storage/disk.ts';
import { FileStore } from '../storage/fileStore.ts';
import { RunStore } from '../storage/runStore.ts';
import { WorkflowStore } from '../storage/workflowStore.ts';
import { TokenCounter } from '../tokens/tokenCounter.ts';
import type { Log } from './log.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly allowOrigins?: readonly string[];
  readonly clientFolder: string;
  readonly library: Library;
  readonly models: ModelLibrary;
  readonly downloads: ModelDownloads;
  /** Milliseconds between two looks into the models folder. */
  readonly lookForModelsEvery?: number;
  readonly version: string;
  readonly engineEntry: string;
  /** The thread that counts tokens (dist/server/tokens.js). */
  readonly tokensEntry: string;
  readonly engineSettings: EngineSettings;
  readonly log: Log;
  readonly disk?: Disk;
  readonly engine?: Partial<EngineOptions>;
  readonly runs?: Pick<RunServiceOptions, 'limits' | 'cancelGrace' | 'startTimeout' | 'saveEvery'>;
}

export interface RunningServer {
  /** Where a browser finds it. */
  readonly url: string;
  readonly engine: EngineProcess;
  readonly runs: RunService;
  close(): Promise<void>;
}

/** Starts the whole service; the engine comes up beside it. Rejects when the port cannot be taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log, library, models, downloads, version } = options;
  const stores = openStores(options);
  const engine = new EngineProcess({
    ...options.engine,
    entry: options.engineEntry,
    settings: options.engineSettings,
    print: (line) => log.debug(`engine: ${line}`),
  });
  const runs = new RunService({
    ...options.runs,
    engine,
    store: stores.runs,
    files: stores.files,
    models: () => library.models(),
    version,
    warn: (message) => log.warn(message),
  });
  const systemState = () => ({ engine: engineState(engine, runs), queued: runs.queued });
  const policy = originPolicy({ host: options.host, allow: options.allowOrigins ?? [] });
  const report = (error: unknown) =>
    log.error(error instanceof Error ? (error.stack ?? error.message) : error);
  await runs.open();
  const desk = new StepDesk(engine);
  const tokens = new TokenCounter({ entry: options.tokensEntry });
  let workflowsChanged: () => void = () => undefined;
  const app = createApp({
    library,
    version,
    policy,
    report,
    runs,
    desk,
    tokens,
    modelPath: (name) => models.locate(name),
    models,
    downloads,
    clientFolder: options.clientFolder,
    files: stores.files,
    store: stores.workflows,
    thumbnails: stores.thumbnails,
    system: () => systemInfo(options, runs, systemState()),
    changed: () => workflowsChanged(),
  });
  const http = createServer(app);
  const io = attachRealtime(http, { runs, systemState, policy, report });
  workflowsChanged = () => io.emit('workflows');
  models.on('changed', () => io.emit('models'));
  downloads.on('download', (download) => io.emit('download', download));
  engine.on('state', () => io.emit('system', systemState()));
  engine.on('exit', ({ signal, code, killed }) =>
    log.warn(
      `The engine ended (${signal ?? `exit code ${code}`}${killed ? ', by us' : ''}); starting it again.`,
    ),
  );
  await downloads.open();
  await listen(http, options);
  engine.start();
  const trimmed = stores.thumbnails.trim().catch(report);
  models.watch(options.lookForModelsEvery ?? 4_000, () => io.engine.clientsCount > 0);
  const close = async () => {
    const closed = io.close();
    http.closeAllConnections();
    await closed;
    tokens.close();
    await downloads.close();
    await models.close();
    await trimmed;
    await runs.stop();
    await engine.stop();
  };
  return { url: urlOf(http, options.host), engine, runs, close };
}

function openStores({ engineSettings: { dataFolder }, disk = realDisk }: ServerOptions) {
  const folder = (...names: string[]) => join(dataFolder, ...names);
  return {
    files: new FileStore(folder('files'), disk),
    thumbnails: new Thumbnails(folder('thumbnails'), disk),
    workflows: new WorkflowStore(
      { workflows: folder('workflows'), trash: folder('trash', 'workflows') },
      disk,
    ),
    runs: new RunStore({ runs: folder('runs'), trash: folder('trash', 'runs') }, disk),
  };
}

function engineState(engine: EngineProcess, runs: RunService): SystemInfo['state']['engine'] {
  if (engine.state === 'ready') return runs.busy ? 'busy' : 'ready';
  return engine.state === 'restarting' ? 'restarting' : 'starting';
}

async function systemInfo(
  { library, version, engineSettings }: ServerOptions,
  runs: RunService,
  state: SystemInfo['state'],
): Promise<SystemInfo> {
  return {
    version,
    state,
    node: process.version,
    memoryBytes: totalmem(),
    device: runs.engine?.device ?? engineSettings.device,
    ...(runs.engine?.precision ? { precision: runs.engine.precision } : {}),
    ...(runs.engine?.choice ? { deviceChoice: runs.engine.choice } : {}),
    threads: runs.engine?.threads ?? availableParallelism(),
    modelsFolder: join(engineSettings.dataFolder, 'models'),
    models: [...(await library.models())],
  };
}

async function listen(http: HttpServer, { port, host }: ServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

function urlOf(http: HttpServer, host: string): string {
  const { port } = http.address() as AddressInfo;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
