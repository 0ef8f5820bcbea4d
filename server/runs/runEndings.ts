import { addHashes } from '../../workflows/schema/addHashes.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { PresentModel } from '../../workflows/schema/resolveModel.ts';
import type { RunError, RunRecord } from '../protocol/runs.ts';
import type { LiveRun } from './liveRun.ts';
import type { RunArchive } from './runArchive.ts';

export type EndState = 'done' | 'failed' | 'cancelled';

export interface RunEndingsOptions {
  readonly archive: RunArchive;
  /** The models that are here. */
  readonly models: () => Promise<readonly PresentModel[]>;
  /** Called when a run is in the archive, and all of it on disk if the disk took it. */
  readonly ended: () => void;
}

/** Brings runs that are over to disk and into the archive. */
export class RunEndings {
  readonly #options: RunEndingsOptions;
  readonly #closing = new Set<LiveRun>();
  #closed: Promise<unknown> = Promise.resolve();
  #unsaved: LiveRun[] = [];

  constructor(options: RunEndingsOptions) {
    this.#options = options;
  }

  /** Runs that are over, while their last files go to disk. */
  get closing(): ReadonlySet<LiveRun> {
    return this.#closing;
  }

  /** Finished runs whose record the disk did not take yet. */
  get unsaved(): readonly LiveRun[] {
    return this.#unsaved;
  }

  end(run: LiveRun, state: EndState, error?: RunError): Promise<void> {
    this.#closing.add(run);
    const work = this.#close(run, state, error).finally(() => {
      this.#closing.delete(run);
      this.#options.ended();
    });
    this.#closed = Promise.allSettled([this.#closed, work]);
    return work;
  }

  /** Resolves when all runs that were over before are in the archive. */
  async idle(): Promise<void> {
    await this.#closed;
  }

  async #close(run: LiveRun, state: EndState, error?: RunError): Promise<void> {
    const { archive } = this.#options;
    await this.#identifyModels(run);
    const saved = await run.finish(state, error);
    archive.add(run);
    if (!saved) this.#unsaved.push(run);
    this.#unsaved = await stillUnsaved(this.#unsaved);
    await archive.trim();
  }

  /** A model that was new may have been read through only while the run went on. */
  async #identifyModels(run: LiveRun): Promise<void> {
    const document = run.record.workflow as unknown as WorkflowDocument;
    const models = await this.#options.models().catch(() => []);
    const identified = addHashes(document, models);
    if (identified !== document) run.describe({ workflow: identified as unknown as RunRecord['workflow'] });
  }
}

async function stillUnsaved(runs: readonly LiveRun[]): Promise<LiveRun[]> {
  const saved = await Promise.all(runs.map((run) => run.saveAll()));
  return runs.filter((_, at) => !saved[at]);
}
