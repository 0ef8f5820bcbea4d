import { EventEmitter } from 'node:events';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { PresentModel } from '../../workflows/schema/resolveModel.ts';
import type { FromEngine } from '../engine/messages.ts';
import type { StepPicture } from '../protocol/events.ts';
import { linearPreviews } from '../protocol/previews.ts';
import type { RunError, RunRecord, RunSummary } from '../protocol/runs.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { RunStore } from '../storage/runStore.ts';
import { Serial } from '../storage/serial.ts';
import { EngineDeadlines } from './engineDeadlines.ts';
import type { EngineExit, EngineProcess, EngineReady } from './engineProcess.ts';
import { LiveRun } from './liveRun.ts';
import { RunArchive, type RunLimits } from './runArchive.ts';
import { newRecord } from './newRecord.ts';
import { runChanges } from './runChanges.ts';
import { RunEndings, type EndState } from './runEndings.ts';
import { RunReader } from './runReader.ts';
import type { RunWishes } from './runWishes.ts';
import { runningNode } from './runningNode.ts';
import { engineCannotStart, engineEnded, engineSilent, interrupted } from './words.ts';

export interface RunServiceOptions {
  readonly engine: EngineProcess;
  readonly store: RunStore;
  readonly files: FileStore;
  readonly version: string;
  /** The models that are here. */
  readonly models: () => Promise<readonly PresentModel[]>;
  readonly limits?: Partial<RunLimits>;
  /** How long the engine may take to answer a cancel before it is ended, in milliseconds. */
  readonly cancelGrace?: number;
  /** How long the engine may take to say that it has started a run, in milliseconds. */
  readonly startTimeout?: number;
  readonly saveEvery?: number;
  readonly warn?: (message: string) => void;
}

interface RunServiceEvents {
  /** A run changed; also when its place in the queue did. */
  summary: [RunSummary];
  picture: [StepPicture];
  /** The queue or what runs changed. */
  system: [];
}

/** Failed starts in a row after which waiting runs are told that there is no engine. */
const HOPELESS = 3;

export type Refusal = 'unknown' | 'running' | 'over';

/** Takes runs, gives them to the engine one at a time in order, and keeps what becomes of them. */
export class RunService extends EventEmitter<RunServiceEvents> {
  readonly #options: Pick<RunServiceOptions, 'engine' | 'store' | 'files' | 'version'> & {
    readonly startTimeout: number;
    readonly saveEvery: number;
  };
  readonly reader: RunReader;
  readonly #archive: RunArchive;
  #queue: LiveRun[] = [];
  /** One after another, so that each is told from the one before. */
  readonly #starts = new Serial();
  #running: LiveRun | undefined;
  readonly #endings: RunEndings;
  readonly #deadlines: EngineDeadlines;
  #ready: EngineReady | undefined;
  /** Runs that an engine was given and did not live to take. */
  readonly #returned = new WeakSet<LiveRun>();
  #stopped = false;

  constructor(options: RunServiceOptions) {
    super();
    // One listener for each connected client.
    this.setMaxListeners(0);
    const { engine, store, limits, warn, models, cancelGrace = 10_000 } = options;
    const { startTimeout = 60_000, saveEvery = 1_000 } = options;
    this.#options = { ...options, startTimeout, saveEvery };
    this.#deadlines = new EngineDeadlines({ cancelGrace, startTimeout, kill: () => engine.kill() });
    this.#archive = new RunArchive({ store, limits, warn });
    this.#endings = new RunEndings({
      archive: this.#archive,
      models,
      ended: () => {
        this.emit('system');
        this.#next();
      },
    });
    this.reader = new RunReader({
      archive: this.#archive,
      store,
      current: () => ({
        running: this.#running,
        closing: this.#endings.closing,
        queue: this.#queue,
        unsaved: this.#endings.unsaved,
      }),
    });
    engine.on('ready', (ready) => {
      this.#ready = ready;
      this.#next();
    });
    engine.on('message', (message) => this.#receive(message));
    engine.on('exit', (exit) => this.#engineGone(exit));
  }

  /** Reads what earlier runs left: the one that was going is marked interrupted, those that waited wait again. */
  async open(): Promise<void> {
    for (const { record, pictureBytes } of await this.#archive.load()) {
      const run = this.#liveRun(record, pictureBytes);
      if (record.state === 'queued') this.#queue.push(run);
      else {
        // A crash may have come between a run's last event and its last save: then it is over already.
        if (record.state === 'running') await run.finish('interrupted', interrupted);
        else await run.saveAll();
        this.#archive.add(run);
      }
    }
    this.#next();
  }

  /** What the engine said of itself when it was last ready. */
  get engine(): EngineReady | undefined {
    return this.#ready;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Records the run and puts it in the queue; `notes` is what a person should know of it. Throws StorageError when it
   * cannot be recorded.
   */
  start(document: WorkflowDocument, about: RunWishes = {}): Promise<string> {
    return this.#starts.run(async () => {
      const record = newRecord(document, { version: this.#options.version, ...about });
      const run = this.#liveRun({ ...record, ...(await this.#changes(record.title, document)) });
      await run.recordFirst();
      this.#queue.push(run);
      this.#announceQueue();
      this.#next();
      return run.id;
    });
  }

  /** Takes a waiting run out of the queue, or asks the engine to stop the one that runs. */
  async cancel(id: string): Promise<'ok' | Refusal> {
    const waiting = this.#queue.find((run) => run.id === id);
    if (waiting) {
      this.#queue = this.#queue.filter((run) => run !== waiting);
      await this.#endings.end(waiting, 'cancelled');
      this.#announceQueue();
      return 'ok';
    }
    if (this.#running?.id !== id) return this.reader.live(id) || this.#archive.has(id) ? 'over' : 'unknown';
    this.#options.engine.send({ kind: 'cancel', run: id });
    this.#deadlines.cancelled();
    return 'ok';
  }

  /** Moves a finished run to the trash. */
  async remove(id: string): Promise<'ok' | Refusal> {
    if (this.#running?.id === id) return 'running';
    if (this.#queue.some((run) => run.id === id)) await this.cancel(id);
    await this.#endings.idle();
    return (await this.#archive.discard(id)) ? 'ok' : 'unknown';
  }

  async restore(id: string): Promise<RunSummary | undefined> {
    if (this.reader.live(id)) return undefined;
    const summary = await this.#archive.restore(id);
    if (summary) this.emit('summary', summary);
    return summary;
  }

  /** Leaves everything on disk as a crash-free stop should: the run that was going is marked interrupted. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deadlines.over();
    const run = this.#running;
    this.#running = undefined;
    if (run) await run.finish('interrupted', interrupted);
    await this.#endings.idle();
    await Promise.all([...this.#queue, ...this.#endings.unsaved].map((waiting) => waiting.rest()));
    await this.#archive.idle();
  }

  #next(): void {
    if (this.#stopped || this.#running || this.#endings.closing.size > 0 || !this.#queue[0]) return;
    const run = this.#queue[0];
    const document = run.record.workflow as unknown as WorkflowDocument;
    const { targets, previews = linearPreviews } = run.record;
    const { engine } = this.#options;
    if (!engine.send({ kind: 'run', run: run.id, document, ...(targets && { targets }), previews })) return;
    engine.setBusy('run', true);
    this.#queue.shift();
    this.#running = run;
    const { device, precision, versions } = this.#ready!;
    run.describe({
      device,
      ...(precision ? { precision } : {}),
      versions: { ...run.record.versions, ...versions },
    });
    run.change({ state: 'running', started: new Date().toISOString() });
    this.#deadlines.given();
    this.#announceQueue();
  }

  #receive(message: FromEngine): void {
    if (!('run' in message) || message.run !== this.#running?.id) return;
    this.#deadlines.heard();
    if (message.kind === 'finished') this.#finishRunning(message.state, message.error);
    else if (message.kind === 'keeping') this.#deadlines.keeping(message.keeping);
    else this.#running.receive(message);
  }

  #finishRunning(state: EndState, error?: RunError): void {
    const run = this.#running;
    if (!run) return;
    this.#leaveEngine();
    void this.#endings.end(run, state, error);
  }

  #leaveEngine(): void {
    this.#options.engine.setBusy('run', false);
    this.#deadlines.over();
    this.#running = undefined;
  }

  #engineGone(exit: EngineExit): void {
    const run = this.#running;
    if (run) {
      if (this.#deadlines.cancelling) return this.#finishRunning('cancelled');
      if (this.#deadlines.starting && exit.killed)
        return this.#finishRunning('failed', engineSilent(this.#options.startTimeout / 1000));
      if (this.#deadlines.starting && !this.#returned.has(run)) return this.#putBack(run);
      return this.#finishRunning('failed', engineEnded(exit, runningNode(run.record), run.changedFile));
    }
    if (exit.failedStarts < HOPELESS) return;
    const waiting = this.#queue;
    this.#queue = [];
    for (const hopeless of waiting) void this.#endings.end(hopeless, 'failed', engineCannotStart(exit));
    this.#announceQueue();
  }

  /** The engine had ended before it could take the run: the next one takes it. Once, or they might end of it. */
  #putBack(run: LiveRun): void {
    this.#returned.add(run);
    this.#leaveEngine();
    run.change({ state: 'queued', started: undefined });
    this.#queue.unshift(run);
    this.#announceQueue();
  }

  async #changes(title: string, document: WorkflowDocument): Promise<Pick<RunRecord, 'changes'>> {
    const last = this.reader.list({ limit: Infinity }).runs.find((run) => run.title === title);
    // A record that cannot be read is no reason not to run.
    const before = last && (await this.reader.get(last.id).catch(() => undefined));
    return before ? { changes: runChanges(before.workflow as unknown as WorkflowDocument, document) } : {};
  }

  #liveRun(record: RunRecord, pictureBytes = 0): LiveRun {
    const { store, files, saveEvery } = this.#options;
    const stepsOf = (id: string) => this.reader.steps(id);
    const run = new LiveRun({ record, pictureBytes, store, files, saveEvery, stepsOf });
    run.on('picture', (picture) => this.emit('picture', picture));
    run.on('summary', () => this.emit('summary', this.reader.summary(run)));
    return run;
  }

  #announceQueue(): void {
    for (const run of this.#queue) this.emit('summary', this.reader.summary(run));
    this.emit('system');
  }
}
