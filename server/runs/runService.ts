import { EventEmitter } from 'node:events';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { PresentModel } from '../../workflows/schema/resolveModel.ts';
import type { StepPicture } from '../protocol/events.ts';
import type { RunError, RunSummary } from '../protocol/runs.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { RunStore } from '../storage/runStore.ts';
import { Serial } from '../storage/serial.ts';
import type { EngineProcess, EngineReady } from './engineProcess.ts';
import { EngineTurn } from './engineTurn.ts';
import type { LiveRun } from './liveRun.ts';
import { RunArchive, type RunLimits } from './runArchive.ts';
import { RunEndings } from './runEndings.ts';
import { RunMaker } from './runMaker.ts';
import { RunReader } from './runReader.ts';
import type { RunWishes } from './runWishes.ts';
import { RunQueue } from './runQueue.ts';
import { interrupted } from './words.ts';

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

export type Refusal = 'unknown' | 'running' | 'over' | 'not-paused';

/** Takes runs, gives them to the engine one at a time in order, and keeps what becomes of them. */
export class RunService extends EventEmitter<RunServiceEvents> {
  readonly reader: RunReader;
  readonly #archive: RunArchive;
  readonly #maker: RunMaker;
  readonly #queue = new RunQueue();
  /** One after another, so that each is told from the one before. */
  readonly #starts = new Serial();
  readonly #turn: EngineTurn;
  readonly #endings: RunEndings;
  #stopped = false;

  constructor(options: RunServiceOptions) {
    super();
    // One listener for each connected client.
    this.setMaxListeners(0);
    const { engine, store, files, version, limits, warn, models } = options;
    const { cancelGrace = 10_000, startTimeout = 60_000, saveEvery = 1_000 } = options;
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
        running: this.#turn.run,
        closing: this.#endings.closing,
        queue: this.#queue.waiting,
        paused: this.#queue.paused,
        unsaved: this.#endings.unsaved,
      }),
    });
    const { reader } = this;
    const made = (run: LiveRun) => this.#follow(run);
    this.#maker = new RunMaker({ store, files, reader, version, saveEvery, made });
    this.#turn = new EngineTurn({
      engine,
      cancelGrace,
      startTimeout,
      ready: () => this.#next(),
      ended: (run, state, error) => void this.#endings.end(run, state, error),
      paused: (run) => {
        this.#setAside(run);
        this.#next();
      },
      returned: (run) => this.#putBack(run),
      hopeless: (error) => this.#failWaiting(error),
    });
  }

  /** Reads what earlier runs left: the one that was going is marked interrupted, those that waited or were paused stay so. */
  async open(): Promise<void> {
    for (const stored of await this.#archive.load()) {
      const run = await this.#maker.stored(stored);
      const { state } = run.record;
      if (state === 'queued') this.#queue.add(run);
      else if (state === 'paused') this.#queue.setAside(run);
      else {
        // A crash may have come between a run's last event and its last save: then it is over already.
        if (state === 'running') await run.finish('interrupted', interrupted);
        else await run.saveAll();
        this.#archive.add(run);
      }
    }
    this.#next();
  }

  /** What the engine said of itself when it was last ready. */
  get engine(): EngineReady | undefined {
    return this.#turn.ready;
  }

  get queued(): number {
    return this.#queue.waiting.length;
  }

  get busy(): boolean {
    return this.#turn.run !== undefined;
  }

  /**
   * Records the run and puts it in the queue; `notes` is what a person should know of it. Throws StorageError when it
   * cannot be recorded.
   */
  start(document: WorkflowDocument, about: RunWishes = {}): Promise<string> {
    return this.#starts.run(async () => {
      const run = await this.#maker.fresh(document, about);
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
    const { run } = this.#turn;
    if (run?.id !== id) return this.reader.exists(id) ? 'over' : 'unknown';
    this.#turn.cancel(run);
    return 'ok';
  }

  /**
   * Has a run stop where it can go on, and keep what it has: others have the engine meanwhile. Within a node that goes on where
   * it stopped that is after the step, otherwise after the node. A run that waits stops waiting.
   */
  pause(id: string): 'ok' | Refusal {
    const waiting = this.#queue.takeWaiting(id);
    const { run } = this.#turn;
    if (waiting) this.#setAside(waiting);
    else if (run?.id === id) this.#turn.pause(run);
    else if (!this.#queue.isPaused(id)) return this.reader.exists(id) ? 'over' : 'unknown';
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

  /** Moves a run to the trash; one that waits or is paused is cancelled first. */
  async remove(id: string): Promise<'ok' | Refusal> {
    if (this.#turn.run?.id === id) return 'running';
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
    const run = this.#turn.take();
    if (run) await run.finish('interrupted', interrupted);
    await this.#endings.idle();
    const { waiting, paused } = this.#queue;
    const resting = [...waiting, ...paused, ...this.#endings.unsaved];
    await Promise.all(resting.map((each) => each.rest()));
    await this.#archive.idle();
  }

  #next(): void {
    const run = this.#queue.waiting[0];
    if (this.#stopped || this.#turn.run || this.#endings.closing.size > 0 || !run) return;
    if (!this.#turn.give(run)) return;
    this.#queue.takeFirst();
    run.begin();
    this.#announceQueue();
  }

  #setAside(run: LiveRun): void {
    this.#queue.setAside(run);
    run.pause();
    this.#announceQueue();
  }

  #putBack(run: LiveRun): void {
    run.change({ state: 'queued', started: undefined });
    this.#queue.addFirst(run);
    this.#announceQueue();
  }

  #failWaiting(error: RunError): void {
    for (let run = this.#queue.takeFirst(); run; run = this.#queue.takeFirst()) {
      void this.#endings.end(run, 'failed', error);
    }
    this.#announceQueue();
  }

  #follow(run: LiveRun): void {
    run.on('picture', (picture) => this.emit('picture', picture));
    run.on('summary', () => this.emit('summary', this.reader.summary(run)));
  }

  #announceQueue(): void {
    for (const run of this.#queue.waiting) this.emit('summary', this.reader.summary(run));
    this.emit('system');
  }
}
