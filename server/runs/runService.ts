import { EventEmitter } from 'node:events';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { PresentModel } from '../../workflows/schema/resolveModel.ts';
import type { FromEngine } from '../engine/messages.ts';
import type { StepPicture } from '../protocol/events.ts';
import { linearPreviews } from '../protocol/previews.ts';
import type { RunError, RunRecord, RunSummary, StepRecord } from '../protocol/runs.ts';
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
import { RunQueue } from './runQueue.ts';
import { runningNode } from './runningNode.ts';
import { stepsIn } from './stepsIn.ts';
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

export type Refusal = 'unknown' | 'running' | 'over' | 'not-paused';

/** Takes runs, gives them to the engine one at a time in order, and keeps what becomes of them. */
export class RunService extends EventEmitter<RunServiceEvents> {
  readonly #options: Pick<RunServiceOptions, 'engine' | 'store' | 'files' | 'version'> & {
    readonly startTimeout: number;
    readonly saveEvery: number;
  };
  readonly reader: RunReader;
  readonly #archive: RunArchive;
  readonly #queue = new RunQueue();
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
        queue: this.#queue.waiting,
        paused: this.#queue.paused,
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

  /** Reads what earlier runs left: the one that was going is marked interrupted, those that waited or were paused stay so. */
  async open(): Promise<void> {
    for (const { record, pictureBytes } of await this.#archive.load()) {
      const run = this.#liveRun(record, pictureBytes, await this.#toldBefore(record));
      if (record.state === 'queued') this.#queue.add(run);
      else if (record.state === 'paused') this.#queue.setAside(run);
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
    return this.#queue.waiting.length;
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
      this.#queue.add(run);
      this.#announceQueue();
      this.#next();
      return run.id;
    });
  }

  /** Ends a run that waits or is paused, or asks the engine to stop the one that runs. */
  async cancel(id: string): Promise<'ok' | Refusal> {
    const resting = this.#queue.takeWaiting(id) ?? this.#queue.takePaused(id);
    if (resting) {
      await this.#endings.end(resting, 'cancelled');
      this.#announceQueue();
      return 'ok';
    }
    if (this.#running?.id !== id) return this.reader.exists(id) ? 'over' : 'unknown';
    this.#options.engine.send({ kind: 'cancel', run: id });
    this.#deadlines.cancelled();
    return 'ok';
  }

  /**
   * Has a run stop where it can go on, and keep what it has: others have the engine meanwhile. Within a node that goes on where
   * it stopped that is after the step, otherwise after the node. A run that waits stops waiting.
   */
  pause(id: string): 'ok' | Refusal {
    const waiting = this.#queue.takeWaiting(id);
    if (waiting) this.#setAside(waiting);
    else if (this.#running?.id === id) this.#options.engine.send({ kind: 'pause', run: id });
    else return this.reader.exists(id) ? 'over' : 'unknown';
    return 'ok';
  }

  /** Has a paused run wait for its turn. */
  resume(id: string): 'ok' | Refusal {
    const run = this.#queue.takePaused(id);
    if (!run) return this.reader.exists(id) ? 'not-paused' : 'unknown';
    run.change({ state: 'queued' });
    this.#queue.add(run);
    this.#announceQueue();
    this.#next();
    return 'ok';
  }

  /** Moves a finished run to the trash. */
  async remove(id: string): Promise<'ok' | Refusal> {
    if (this.#running?.id === id) return 'running';
    await this.cancel(id);
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
    const { waiting, paused } = this.#queue;
    const resting = [...waiting, ...paused, ...this.#endings.unsaved];
    await Promise.all(resting.map((each) => each.rest()));
    await this.#archive.idle();
  }

  #next(): void {
    const run = this.#queue.waiting[0];
    if (this.#stopped || this.#running || this.#endings.closing.size > 0 || !run) return;
    const document = run.record.workflow as unknown as WorkflowDocument;
    const { targets, previews = linearPreviews } = run.record;
    const { engine } = this.#options;
    if (!engine.send({ kind: 'run', run: run.id, document, ...(targets && { targets }), previews })) return;
    engine.setBusy('run', true);
    this.#queue.takeFirst();
    this.#running = run;
    const { device, precision, versions } = this.#ready!;
    run.describe({
      device,
      ...(precision ? { precision } : {}),
      versions: { ...run.record.versions, ...versions },
    });
    run.begin();
    this.#deadlines.given();
    this.#announceQueue();
  }

  #receive(message: FromEngine): void {
    if (!('run' in message) || message.run !== this.#running?.id) return;
    this.#deadlines.heard();
    if (message.kind === 'finished') this.#finished(this.#running, message);
    else if (message.kind === 'keeping') this.#deadlines.keeping(message.keeping);
    else this.#running.receive(message);
  }

  #finishRunning(state: EndState, error?: RunError): void {
    const run = this.#running;
    if (!run) return;
    this.#leaveEngine();
    void this.#endings.end(run, state, error);
  }

  #finished(run: LiveRun, { state, error }: Extract<FromEngine, { kind: 'finished' }>): void {
    if (state !== 'paused') return this.#finishRunning(state, error);
    this.#leaveEngine();
    this.#setAside(run);
    this.#next();
  }

  #setAside(run: LiveRun): void {
    this.#queue.setAside(run);
    run.change({ state: 'paused' });
    this.#announceQueue();
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
    for (let run = this.#queue.takeFirst(); run; run = this.#queue.takeFirst()) {
      void this.#endings.end(run, 'failed', engineCannotStart(exit));
    }
    this.#announceQueue();
  }

  /** The engine had ended before it could take the run: the next one takes it. Once, or they might end of it. */
  #putBack(run: LiveRun): void {
    this.#returned.add(run);
    this.#leaveEngine();
    run.change({ state: 'queued', started: undefined });
    this.#queue.addFirst(run);
    this.#announceQueue();
  }

  async #changes(title: string, document: WorkflowDocument): Promise<Pick<RunRecord, 'changes'>> {
    const last = this.reader.list({ limit: Infinity }).runs.find((run) => run.title === title);
    // A record that cannot be read is no reason not to run.
    const before = last && (await this.reader.get(last.id).catch(() => undefined));
    return before ? { changes: runChanges(before.workflow as unknown as WorkflowDocument, document) } : {};
  }

  async #toldBefore({ id }: RunRecord): Promise<readonly StepRecord[]> {
    return stepsIn(await this.#options.store.journal(id).after(0));
  }

  #liveRun(record: RunRecord, pictureBytes = 0, told: readonly StepRecord[] = []): LiveRun {
    const { store, files, saveEvery } = this.#options;
    const stepsOf = (id: string) => this.reader.steps(id);
    const run = new LiveRun({ record, pictureBytes, told, store, files, saveEvery, stepsOf });
    run.on('picture', (picture) => this.emit('picture', picture));
    run.on('summary', () => this.emit('summary', this.reader.summary(run)));
    return run;
  }

  #announceQueue(): void {
    for (const run of this.#queue.waiting) this.emit('summary', this.reader.summary(run));
    this.emit('system');
  }
}
