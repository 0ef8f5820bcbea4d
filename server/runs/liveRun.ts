import { EventEmitter } from 'node:events';
import { changedFile } from '../../models/weights/fileStamp.ts';
import type { FileStamp } from '../../models/weights/weightSource.ts';
import type { EncodedPicture, FromEngine } from '../engine/messages.ts';
import { applyRunEvent } from '../protocol/applyRunEvent.ts';
import type { RunEvent, StepPicture } from '../protocol/events.ts';
import type { NodeRecord, RunError, RunRecord, RunState, RunSummary, StepRecord } from '../protocol/runs.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { RunJournal } from '../storage/runJournal.ts';
import type { RunStore } from '../storage/runStore.ts';
import { closedNodes } from './closedNodes.ts';
import { finiteOnly } from './finiteOnly.ts';
import { RunSteps } from './runSteps.ts';
import { runSummary } from './runSummary.ts';
import { ShownPictures } from './shownPictures.ts';
import { RECORD_NOT_KEPT } from './words.ts';
import { WorkNews } from './workNews.ts';

type Unnumbered<T> = T extends RunEvent ? Omit<T, 'run' | 'seq'> : never;
type Message<K extends FromEngine['kind']> = Extract<FromEngine, { kind: K }>;

export interface LiveRunOptions {
  readonly record: RunRecord;
  /** Of a run that an earlier server began: what its step pictures take, and the steps that it told. */
  readonly pictureBytes: number;
  readonly told?: readonly StepRecord[] | undefined;
  readonly store: RunStore;
  readonly files: FileStore;
  /** The steps of another run, undefined when it is gone. */
  readonly stepsOf: (run: string) => Promise<readonly StepRecord[] | undefined>;
  /** How often the record is saved while the run goes on, in milliseconds. */
  readonly saveEvery: number;
}
interface LiveRunEvents {
  picture: [StepPicture];
  summary: [RunSummary];
}

/** A run from the moment it is asked for until it is over: turns what the engine says into its record and journal. */
export class LiveRun extends EventEmitter<LiveRunEvents> {
  readonly journal: RunJournal;
  readonly #options: LiveRunOptions;
  readonly #files: FileStamp[] = [];
  #record: RunRecord;
  readonly #steps: RunSteps;
  readonly #shown: ShownPictures;
  readonly #work = new WorkNews((node, record) => this.setNode(node, record));
  /** Nodes that were through before it was paused. */
  #through: ReadonlySet<string> = new Set();
  readonly #pending = new Set<Promise<void>>();
  #saveTimer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: LiveRunOptions) {
    super();
    this.#options = options;
    this.#record = options.record;
    this.journal = options.store.journal(options.record.id);
    const { pictureBytes, store, stepsOf, files, told = [] } = options;
    this.#steps = new RunSteps({
      run: this.id,
      told,
      pictureBytes,
      store,
      stepsOf,
      nextSeq: () => this.#record.seq + 1,
      tell: (step) => this.#append({ kind: 'step', step }),
      show: (picture) => this.emit('picture', picture),
      warn: (warning) => this.#warn(warning),
      track: (work) => this.#track(work),
    });
    this.#shown = new ShownPictures(
      {
        files,
        tell: (picture) => this.#append({ kind: 'shown', picture }),
        standsForRun: (thumbnail) => this.change({ thumbnail }),
        warn: (warning) => this.#warn(warning),
        fail: (error) => (this.#record = { ...this.#record, error }),
      },
      options.record.thumbnail,
    );
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): RunRecord {
    return this.#record;
  }

  get pictureBytes(): number {
    return this.#steps.pictureBytes;
  }

  /** The newest step picture of every node: what somebody who comes in mid-run sees first. */
  get newestPictures(): readonly StepPicture[] {
    return this.#steps.newestPictures;
  }

  /** A picture that is known but not on disk yet. */
  unsavedPicture(seq: number): EncodedPicture | undefined {
    return this.#steps.unsavedPicture(seq);
  }

  /** Saves the record for the first time, or throws StorageError and leaves nothing: such a run is not taken. */
  async recordFirst(): Promise<void> {
    this.#append({ kind: 'run', summary: runSummary(this.#record) });
    try {
      await this.save();
      await this.journal.flush();
    } catch (error) {
      await this.journal.abandon();
      // A save that has begun would make the folder again.
      await this.#arrive();
      await this.#options.store.destroy(this.id).catch(() => undefined);
      throw error;
    }
  }

  /** Changes the run's summary, and tells everybody. */
  change(changes: Partial<RunSummary>): void {
    const { queuePosition: _, ...summary } = { ...runSummary(this.#record), ...changes };
    this.#append({ kind: 'run', summary });
    this.emit('summary', runSummary(this.#record));
  }

  /** Adds facts that are no events: device, versions, model hashes (also in the workflow's table), warnings. */
  describe(
    facts: Partial<Pick<RunRecord, 'device' | 'precision' | 'versions' | 'models' | 'warnings' | 'workflow'>>,
  ): void {
    this.#record = { ...this.#record, ...facts };
    this.#saveSoon();
  }

  /** Rests until it begins, for however long. */
  pause(): void {
    this.change({ state: 'paused', paused: new Date().toISOString() });
  }

  /** Begins, or goes on where it was paused. */
  begin(): void {
    const { nodes } = this.#record;
    const isThrough = (id: string): boolean => nodes[id]!.state === 'done' || nodes[id]!.state === 'cached';
    this.#through = new Set(Object.keys(nodes).filter(isThrough));
    this.change({ state: 'running', started: new Date().toISOString(), ...this.#rested() });
  }

  setNode(node: string, record: NodeRecord): void {
    this.#append({ kind: 'node', node, record });
  }

  receive(message: FromEngine): void {
    if (message.kind === 'node') this.#node(message);
    else if (message.kind === 'step') this.#steps.made(message);
    else if (message.kind === 'preview') this.#steps.pictured(message);
    else if (message.kind === 'shown') this.#track(this.#shown.keep(message));
    else if (message.kind === 'warning') this.#warn(message.message);
    else if (message.kind === 'model') {
      const { name, title, hash, files = [] } = message;
      this.#files.push(...files);
      const others = this.#record.models.filter((model) => model.name !== name);
      this.describe({ models: [...others, { name, title, hash }] });
    }
  }

  /** The first weight file that this run uses and that is no longer what it was. */
  get changedFile(): string | undefined {
    return changedFile(this.#files)?.file;
  }

  /** Ends the run once everything on its way to disk has arrived. False when the disk did not take the record. */
  async finish(state: RunState, error?: RunError): Promise<boolean> {
    await this.#arrive();
    const end = this.#record.error ?? error;
    const failed = this.#record.error && state === 'done' ? 'failed' : state;
    for (const [node, record] of closedNodes(this.#record.nodes, end)) this.setNode(node, record);
    const finished = new Date().toISOString();
    this.change({ state: failed, finished, ...this.#rested(), ...(end ? { error: end } : {}) });
    return this.saveAll();
  }

  /** Leaves the run as it is, all of it on disk: nothing is written afterwards. */
  async rest(): Promise<void> {
    await this.#arrive();
    await this.saveAll();
  }

  /** A pause is over: it does not count as time in which the run was worked on. */
  #rested(): Partial<Pick<RunSummary, 'started' | 'paused'>> {
    const { started, paused } = this.#record;
    if (started === undefined) return { paused: undefined };
    const rest = paused === undefined ? 0 : Date.now() - Date.parse(paused);
    return { started: new Date(Date.parse(started) + rest).toISOString(), paused: undefined };
  }

  async #arrive(): Promise<void> {
    this.#work.flush();
    this.#over = true;
    clearTimeout(this.#saveTimer);
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Tries to bring record and journal to disk; false when the disk does not take them. */
  async saveAll(): Promise<boolean> {
    try {
      await this.journal.flush();
      await this.save();
      return true;
    } catch {
      this.#warn(RECORD_NOT_KEPT);
      return false;
    }
  }

  async save(): Promise<void> {
    await this.#options.store.save({ record: this.#record, pictureBytes: this.pictureBytes });
  }

  #node({ node, record }: Message<'node'>): void {
    if (this.#through.has(node) && (record.state === 'waiting' || record.state === 'cached')) return;
    const told = finiteOnly(record);
    if (record.state === 'running' && this.#record.nodes[node]?.state === 'running')
      return this.#work.offer(node, told);
    this.#work.forget(node);
    this.setNode(node, told);
    if (record.madeBy) this.#track(this.#steps.adopt(node, record.madeBy));
  }

  #append(event: Unnumbered<RunEvent>): void {
    const numbered = { ...event, run: this.id, seq: this.#record.seq + 1 } as RunEvent;
    this.#record = applyRunEvent(this.#record, numbered);
    this.journal.append(numbered);
    this.#saveSoon();
  }

  #warn(warning: string): void {
    const warnings = this.#record.warnings ?? [];
    if (!warnings.includes(warning)) this.describe({ warnings: [...warnings, warning] });
  }

  #saveSoon(): void {
    if (this.#over) return;
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      this.#track(this.save().catch(() => this.#warn(RECORD_NOT_KEPT)));
    }, this.#options.saveEvery).unref();
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }
}
