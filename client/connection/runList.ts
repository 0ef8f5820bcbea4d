import { computed, ref, shallowRef } from 'vue';
import type { RunSummary } from '../../server/protocol/runs.ts';
import type { ApiClient } from './apiClient.ts';
import type { ServerLink } from './serverLink.ts';

export interface RunListOptions {
  readonly api: Pick<ApiClient, 'runs'>;
  readonly link: ServerLink;
  readonly report: (error: unknown) => void;
}

/** Summaries of all runs, newest first, kept up to date by the server. */
export class RunList {
  private readonly byId = shallowRef<ReadonlyMap<string, RunSummary>>(new Map());
  private readonly sorted = computed(() =>
    [...this.byId.value.values()].sort((a, b) =>
      a.created < b.created || (a.created === b.created && a.id < b.id) ? 1 : -1,
    ),
  );
  private readonly liveRuns = computed(() =>
    this.sorted.value.filter(({ state }) => state === 'queued' || state === 'running'),
  );
  private readonly pausedRuns = computed(() => this.sorted.value.filter(({ state }) => state === 'paused'));
  private readonly moreRef = ref(false);
  private readonly loadedRef = ref(false);
  /** Runs that a person deleted here: a late message must not bring them back. */
  private readonly gone = new Set<string>();
  private readonly options: RunListOptions;

  constructor(options: RunListOptions) {
    this.options = options;
    options.link.listen({
      connected: () => void this.load().catch(options.report),
      run: (summary) => {
        if (!this.gone.has(summary.id)) this.put([summary]);
      },
    });
  }

  get runs(): readonly RunSummary[] {
    return this.sorted.value;
  }
  /** Those that go on or wait. */
  get live(): readonly RunSummary[] {
    return this.liveRuns.value;
  }
  get paused(): readonly RunSummary[] {
    return this.pausedRuns.value;
  }
  get more(): boolean {
    return this.moreRef.value;
  }
  get loaded(): boolean {
    return this.loadedRef.value;
  }

  find(id: string): RunSummary | undefined {
    return this.byId.value.get(id);
  }

  /** Reads the newest runs. Throws RequestError. */
  async load(): Promise<void> {
    const { runs, more } = await this.options.api.runs();
    this.byId.value = new Map();
    this.put(runs);
    this.moreRef.value = more;
    this.loadedRef.value = true;
  }

  /** Reads the runs before the oldest known one. Throws RequestError. */
  async loadMore(): Promise<void> {
    const { runs, more } = await this.options.api.runs(this.runs.at(-1)?.id);
    this.put(runs);
    this.moreRef.value = more;
  }

  /** Takes a run out of the list that was deleted on the server. */
  remove(id: string): void {
    this.gone.add(id);
    const left = new Map(this.byId.value);
    left.delete(id);
    this.byId.value = left;
  }

  /** Puts a deleted run back in. */
  restore(summary: RunSummary): void {
    this.gone.delete(summary.id);
    this.put([summary]);
  }

  private put(runs: readonly RunSummary[]): void {
    this.byId.value = new Map([...this.byId.value, ...runs.map((run) => [run.id, run] as const)]);
  }
}
