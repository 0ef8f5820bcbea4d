import type { EncodedPicture, FromEngine } from '../engine/messages.ts';
import type { StepPicture } from '../protocol/events.ts';
import type { NodeRecord, StepRecord } from '../protocol/runs.ts';
import type { RunStore } from '../storage/runStore.ts';
import { finiteOnly } from './finiteOnly.ts';
import { StepPictures } from './stepPictures.ts';
import { PICTURES_NOT_KEPT } from './words.ts';

type Message<K extends FromEngine['kind']> = Extract<FromEngine, { kind: K }>;

export interface RunStepsOptions {
  /** Id of the run. */
  readonly run: string;
  /** What a run that goes on has told before. */
  readonly told: readonly StepRecord[];
  /** Of step pictures that are already kept. */
  readonly pictureBytes: number;
  readonly store: RunStore;
  /** The steps of another run, undefined when it is gone. */
  readonly stepsOf: (run: string) => Promise<readonly StepRecord[] | undefined>;
  /** The number that the next event of the run gets. */
  readonly nextSeq: () => number;
  readonly tell: (step: StepRecord) => void;
  readonly show: (picture: StepPicture) => void;
  readonly warn: (warning: string) => void;
  /** Work that the run's end has to wait for. */
  readonly track: (work: Promise<void>) => void;
}

/** The steps of a run that goes on, and their pictures, which come after them: shown at once, then kept. */
export class RunSteps {
  readonly #options: RunStepsOptions;
  /** By `node step`, to find the one that a late picture belongs to. */
  readonly #steps = new Map<string, StepRecord>();
  readonly #encoder = new StepPictures();
  readonly #newest = new Map<string, StepPicture>();
  readonly #unsaved = new Map<number, EncodedPicture>();
  #pictureBytes: number;

  constructor(options: RunStepsOptions) {
    this.#options = options;
    this.#pictureBytes = options.pictureBytes;
    for (const step of options.told) this.#steps.set(placeOf(step), step);
  }

  get pictureBytes(): number {
    return this.#pictureBytes;
  }

  /** The newest picture of every node. */
  get newestPictures(): readonly StepPicture[] {
    return [...this.#newest.values()];
  }

  /** A picture that is known but not on disk yet. */
  unsavedPicture(seq: number): EncodedPicture | undefined {
    return this.#unsaved.get(seq);
  }

  /** A run that was paused tells the steps of a sampler again that it goes on behind. */
  made({ step }: Message<'step'>): void {
    if (this.#steps.has(placeOf(step))) return;
    this.#tell({ ...finiteOnly(step), seq: this.#options.nextSeq(), hasPicture: false });
  }

  /** Tells the step again once its picture is encoded. */
  pictured({ node, step, picture }: Message<'preview'>): void {
    this.#encoder.offer(node, picture, (encoded) => {
      const told = this.#steps.get(placeOf({ node, step }));
      if (!told || told.hasPicture) return;
      const record = { ...told, hasPicture: true };
      this.#keep(record, encoded);
      this.#tell(record);
    });
    this.#options.track(this.#encoder.idle());
  }

  /** A cached node shows the steps in which its result was made, as if they were this run's. */
  async adopt(node: string, madeBy: NonNullable<NodeRecord['madeBy']>): Promise<void> {
    const { run, store, stepsOf, nextSeq, tell } = this.#options;
    const steps = (await stepsOf(madeBy.run)) ?? [];
    for (const step of steps.filter((made) => made.node === madeBy.node)) {
      const seq = nextSeq();
      const record = { ...step, node, seq, hasPicture: false };
      tell(record);
      const from = { id: madeBy.run, seq: step.seq };
      const bytes = step.hasPicture ? await store.sharePicture(from, { id: run, seq }) : 0;
      this.#pictureBytes += bytes;
      if (bytes > 0) tell({ ...record, hasPicture: true });
    }
  }

  #tell(step: StepRecord): void {
    this.#steps.set(placeOf(step), step);
    this.#options.tell(step);
  }

  #keep(record: StepRecord, picture: EncodedPicture): void {
    const { run, track, show } = this.#options;
    const { seq, node, step, of } = record;
    this.#unsaved.set(seq, picture);
    track(this.#save(record, picture));
    const mime = picture.extension === 'webp' ? 'image/webp' : 'image/jpeg';
    const shown: StepPicture = { run, seq, node, step, of, mime, bytes: picture.bytes };
    this.#newest.set(node, shown);
    show(shown);
  }

  /** One that the disk does not take was seen, and is told to be gone. */
  async #save(record: StepRecord, picture: EncodedPicture): Promise<void> {
    const { run, store, warn } = this.#options;
    const { seq } = record;
    try {
      await store.savePicture(run, seq, picture);
      this.#pictureBytes += picture.bytes.byteLength;
    } catch {
      warn(PICTURES_NOT_KEPT);
      this.#tell({ ...record, hasPicture: false });
    }
    this.#unsaved.delete(seq);
  }
}

const placeOf = ({ node, step }: Pick<StepRecord, 'node' | 'step'>): string => `${node} ${step}`;
