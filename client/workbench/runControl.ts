import { computed, ref, shallowReactive, watch } from 'vue';
import type { PreviewChoice } from '../../server/protocol/previews.ts';
import { openRunStates, type RunRecord, type RunSummary } from '../../server/protocol/runs.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import type { ApiClient } from '../connection/apiClient.ts';
import { RequestError } from '../connection/requestError.ts';
import type { RunList } from '../connection/runList.ts';
import type { RunStore } from '../connection/runStore.ts';
import { timeLeft, type TimeLeft } from '../connection/timeLeft.ts';
import { moment } from '../shell/timeWords.ts';
import { texts } from '../texts/en.ts';
import { openWorkflow } from './openWorkflow.ts';
import { steady } from './steady.ts';
import type { Toasts } from './toasts.ts';
import type { WorkflowFile } from './workflowFile.ts';

export interface RunControlOptions {
  readonly api: ApiClient;
  readonly session: EditorSession;
  readonly runs: RunStore;
  readonly runList: RunList;
  readonly file: WorkflowFile;
  readonly toasts: Toasts;
  /** How step pictures are to be made. */
  previews(): PreviewChoice;
}

/** A run that is not over. */
export type ActiveRun = Pick<RunSummary, 'id' | 'state' | 'started' | 'queuePosition'>;

/** Starts, pauses, stops, shows and deletes runs. */
export class RunControl {
  private readonly startingRef = ref(false);
  private readonly cancelled = shallowReactive(new Set<string>());
  private readonly paused = shallowReactive(new Set<string>());
  private readonly activeRef = computed<ActiveRun | undefined>((before) => this.findActive(before));
  private readonly leftRef = computed(() => this.estimate());
  private readonly options: RunControlOptions;
  /** Milliseconds that nodes took when they last ran, by node id. */
  private readonly known = new Map<string, number>();

  constructor(options: RunControlOptions) {
    this.options = options;
    const { runs, session } = options;
    watch(
      () => runs.view,
      (view) => session.setRun(view),
      { immediate: true },
    );
    watch(
      () => session.document,
      (document) => runs.setDocument(document),
      { immediate: true, flush: 'sync' },
    );
    watch(
      () => options.file.state.run,
      (id) => this.follow(id),
    );
    watch(
      () => runs.record,
      (record, before) => {
        if (record && !openRunStates.has(record.state)) this.learn();
        if (record?.state === 'failed' && before?.id === record.id && openRunStates.has(before.state))
          this.sayFailed(record);
      },
    );
  }

  /** Whether a run has been asked for, and the server has not answered yet. */
  get starting(): boolean {
    return this.startingRef.value;
  }
  /** The run that is looked at and goes on, waits or is paused. */
  get active(): ActiveRun | undefined {
    return this.activeRef.value;
  }
  get cancelling(): boolean {
    return this.active !== undefined && this.isCancelling(this.active.id);
  }
  /** Whether a run that goes on has been told to stop. */
  isCancelling(id: string): boolean {
    return this.cancelled.has(id);
  }
  /** Whether the run that is looked at has been told to pause, and still goes on. */
  get pausing(): boolean {
    const { active } = this;
    return active?.state === 'running' && this.paused.has(active.id);
  }
  get left(): TimeLeft | undefined {
    return this.leftRef.value;
  }

  /**
   * Runs the open workflow, or only these nodes of it and what they need; problems that the server finds appear on
   * their nodes.
   */
  async start(targets?: readonly string[]): Promise<void> {
    if (this.startingRef.value) return;
    const { api, session, file, runs, toasts } = this.options;
    this.startingRef.value = true;
    try {
      session.setServerProblems([]);
      const { opening } = file;
      this.sayAdopted(session.adoptModels());
      const id = await api.startRun(session.exported(), this.options.previews(), targets);
      // Whatever was opened in the meantime did not run.
      if (file.opening !== opening) return;
      const shown = runs.show(id);
      file.update({ run: id });
      await shown;
    } catch (error) {
      if (isProblems(error)) this.showProblems(error);
      else toasts.error(error);
    } finally {
      this.startingRef.value = false;
    }
  }

  private sayAdopted(models: ReturnType<EditorSession['adoptModels']>): void {
    if (models.length === 0) return;
    const text = models.map(([asked, here]) => texts.models.adopted(asked, here)).join(' ');
    this.options.toasts.show({ kind: 'info', text });
  }

  async cancel(id = this.active?.id): Promise<void> {
    if (id === undefined) return;
    this.cancelled.add(id);
    await this.attempt(async () => {
      await this.options.api.cancelRun(id).catch((error: unknown) => {
        this.cancelled.delete(id);
        throw error;
      });
    });
  }

  /** Pauses the run that is looked at, or has it go on. */
  async togglePause(): Promise<void> {
    const { active, pausing, cancelling } = this;
    if (!active || pausing || cancelling) return;
    const { api } = this.options;
    const { id, state } = active;
    if (state === 'paused') {
      this.paused.delete(id);
      await this.attempt(() => api.resumeRun(id));
      return;
    }
    this.paused.add(id);
    await this.attempt(async () => {
      await api.pauseRun(id).catch((error: unknown) => {
        this.paused.delete(id);
        throw error;
      });
    });
  }

  /** Shows a run's states, pictures and steps on its own workflow, which is opened if it is not. */
  async look(id: string): Promise<void> {
    await this.attempt(() => this.showRun(id));
  }

  /** Starts an old run once more, exactly as it was. */
  async again(id: string): Promise<void> {
    await this.attempt(async () => {
      try {
        await this.showRun(await this.options.api.runAgain(id));
      } catch (error) {
        if (!isProblems(error)) throw error;
        // On its own workflow, where something can be done about them.
        await this.showRun(id);
        this.showProblems(error);
      }
    });
  }

  async remove(summary: RunSummary): Promise<void> {
    const { api, file, runList, toasts } = this.options;
    await this.attempt(async () => {
      await api.deleteRun(summary.id);
      const shownIn = file.state.run === summary.id ? file.opening : undefined;
      if (shownIn !== undefined) file.update({ run: undefined });
      runList.remove(summary.id);
      toasts.show({
        kind: 'info',
        topic: 'deleted',
        text: texts.runs.deleted(summary.title),
        action: { title: texts.undo, run: () => void this.bringBack(summary, shownIn) },
      });
    });
  }

  /** With the opening that it was shown in, it is shown again there. */
  private async bringBack(summary: RunSummary, shownIn: number | undefined): Promise<void> {
    const { api, file, runList } = this.options;
    await this.attempt(async () => {
      await api.restoreRun(summary.id);
      runList.restore(summary);
      if (file.opening === shownIn && file.state.run === undefined) file.update({ run: summary.id });
    });
  }

  private async showRun(id: string): Promise<void> {
    const { runs, session, file } = this.options;
    await runs.show(id);
    const { record, workflow } = runs;
    // Another one may have been asked for in the meantime.
    if (record?.id !== id) return;
    const document = workflow?.document;
    if (!document) throw new Error(texts.errors.notAWorkflow);
    if (workflow.isSame(session.document)) file.update({ run: id });
    else {
      openWorkflow(this.options, {
        document,
        state: { name: undefined, revision: undefined, saved: document, run: id },
        text: texts.runs.opened(document.title || texts.untitled, moment(record.created)),
      });
    }
  }

  /** Another workflow was opened, or the one before came back: each has a run of its own. */
  private follow(id: string | undefined): void {
    const { runs, toasts } = this.options;
    toasts.closeTopic('failed');
    if (id !== undefined && (runs.record?.id === id || runs.loading === id)) return;
    runs.clear();
    // A run that was deleted meanwhile is no reason for a message.
    if (id !== undefined) void runs.show(id).catch(() => undefined);
  }

  /** Wherever somebody looks: the node that failed may be out of sight. */
  private sayFailed({ error }: RunRecord): void {
    const { session, toasts } = this.options;
    const node = session.document.nodes.find(({ id }) => id === error?.node);
    toasts.show({
      kind: 'error',
      topic: 'failed',
      text: texts.run.failed(error?.message ?? ''),
      ...(node && { action: { title: texts.run.showNode, run: () => session.focus(node.id) } }),
    });
  }

  private showProblems(error: RequestError): void {
    const { session, toasts } = this.options;
    session.setServerProblems(error.problems);
    const located = error.problems.find((problem) => problem.node !== undefined);
    if (located?.node !== undefined) session.focus(located.node);
    // Something can be done about these at once.
    if (error.problems.every(({ code }) => code.endsWith('-model'))) session.hooks.settleModels();
    else toasts.error(error);
  }

  /** The same as before while only its steps go on: much is drawn that has nothing to do with them. */
  private findActive(before: ActiveRun | undefined): ActiveRun | undefined {
    const { record } = this.options.runs;
    if (!record || !openRunStates.has(record.state)) return undefined;
    const { id, state, started } = record;
    // The list hears of a place in the queue, which is no event of the run itself.
    const queuePosition = this.options.runList.find(id)?.queuePosition;
    return steady(before, {
      id,
      state,
      ...(started === undefined ? {} : { started }),
      ...(queuePosition === undefined ? {} : { queuePosition }),
    });
  }

  private learn(): void {
    for (const [id, node] of Object.entries(this.options.runs.record?.nodes ?? {})) {
      if (node.state === 'done' && node.milliseconds !== undefined) this.known.set(id, node.milliseconds);
    }
  }

  private estimate(): TimeLeft | undefined {
    const { session, runs } = this.options;
    const { record } = runs;
    if (record?.state !== 'running') return undefined;
    const samplers = session.document.nodes.filter(
      ({ type }) => session.descriptions.get(type)?.reportsSteps,
    );
    return timeLeft(record, { known: this.known, samplers: new Set(samplers.map(({ id }) => id)) });
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.options.toasts.error(error);
    }
  }
}

function isProblems(error: unknown): error is RequestError {
  return error instanceof RequestError && error.code === 'problems';
}
