import type { FeatureSource, Trajectory } from '../../models/sampling/trajectory.ts';
import type { NodeDefinition } from '../../nodes/contract/node.ts';
import type { RunError } from '../protocol/runs.ts';
import { contentKeys, KeyError } from './contentKeys.ts';
import { writeDiskResult } from './diskResults.ts';
import type { Execution, ExecutionResult } from './execution.ts';
import { findResults } from './findResults.ts';
import { NodeProgress } from './nodeProgress.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import { runErrorOf } from './runError.ts';
import { runNode } from './runNode.ts';
import { unfinishedWork } from './unfinishedWork.ts';

/** Nodes that take less than this together run without letting timers and messages in. */
const TURN_MS = 8;

/** One execution of a planned workflow: which results there are, who still needs them, and how far it is. */
export class WorkflowRun {
  readonly #execution: Execution;
  readonly #order: readonly PlannedNode[];
  readonly #results = new Map<PlannedNode, NodeResult>();
  readonly #ended = new Set<PlannedNode>();
  /** How many nodes still to run take from this one: at zero its values are let go. */
  readonly #users = new Map<PlannedNode, number>();
  readonly #writes: Promise<void>[] = [];
  /** Results whose attention features lie in open files. */
  readonly #spilled: { readonly key: string; readonly files: readonly FeatureSource[] }[] = [];
  #turn = performance.now();

  constructor(execution: Execution, order: readonly PlannedNode[]) {
    this.#execution = execution;
    this.#order = order;
  }

  async execute(): Promise<ExecutionResult> {
    const { services, report, signal, pause } = this.#execution;
    try {
      const keys = await contentKeys(this.#order, services);
      const { known, toRun } = await findResults(this.#order, keys, this.#execution);
      for (const [planned, result] of known) {
        this.#results.set(planned, result);
        this.#noteFiles(keys.get(planned)!, result);
      }
      const running = new Set(toRun);
      if (toRun.some(({ definition }) => definition.reportsSteps)) await this.#execution.makeRoom?.();
      for (const planned of this.#order) {
        if (!running.has(planned)) await this.#reuse(planned, keys.get(planned)!);
      }
      for (const { inputs } of toRun) for (const { from } of inputs) this.#count(from, 1);
      for (const planned of toRun) {
        await this.#letMessagesIn();
        signal.throwIfAborted();
        if (pause?.aborted) return { state: 'paused' };
        const key = keys.get(planned)!;
        const error = (await this.#takeTwin(planned, key)) ? undefined : await this.#run(planned, key);
        if (error) return this.#stop({ state: 'failed', error });
      }
      return { state: 'done' };
    } catch (error) {
      if (signal.aborted) return this.#stop({ state: 'cancelled' });
      if (pause?.aborted && isAbort(error)) return { state: 'paused' };
      if (!(error instanceof KeyError)) throw error;
      const runError = runErrorOf(error.cause, error.planned);
      this.#ended.add(error.planned);
      report.node(error.planned.node.id, { state: 'failed', error: runError });
      return this.#stop({ state: 'failed', error: runError });
    }
  }

  /** What the nodes gave that the run is for: see Executed. */
  wanted(): ReadonlyMap<string, NodeResult['outputs']> {
    const results = [...this.#results].filter(([{ isWanted }]) => isWanted);
    return new Map(results.map(([{ node }, { outputs }]) => [node.id, outputs]));
  }

  /** Waits for what is still being written to disk; results that lie in open files are not for later runs. */
  async settle(): Promise<void> {
    await Promise.all(this.#writes);
    this.#results.clear();
    for (const { key } of this.#spilled) this.#execution.cache.delete(key);
  }

  /** Lets go of those files. */
  async release(): Promise<void> {
    const files = this.#spilled.splice(0).flatMap((spilled) => spilled.files);
    await Promise.all(files.map((features) => features.close()));
  }

  async #run(planned: PlannedNode, key: string): Promise<RunError | undefined> {
    const { services, report, run } = this.#execution;
    const signal = this.#signalFor(planned);
    const { id } = planned.node;
    const progress = new NodeProgress();
    const unfinished = unfinishedWork(this.#execution, { node: id, key });
    report.node(id, progress.record);
    this.#ended.add(planned);
    try {
      const values = this.#valuesFor(planned);
      const result = await runNode({ planned, values, progress, services, unfinished, signal, report, run });
      this.#results.set(planned, result);
      this.#noteFiles(key, result);
      this.#keep(planned, key, result);
      report.node(id, progress.ended({ state: 'done' }));
      for (const { from } of planned.inputs) this.#count(from, -1);
      return undefined;
    } catch (error) {
      if (signal.aborted && isAbort(error)) {
        const state = this.#execution.signal.aborted ? 'skipped' : 'paused';
        if (state === 'skipped') unfinished.take();
        report.node(id, progress.ended({ state }));
        throw error;
      }
      const runError = runErrorOf(error, planned);
      report.node(id, progress.ended({ state: 'failed', error: runError }));
      return runError;
    }
  }

  #signalFor({ definition }: PlannedNode): AbortSignal {
    const { signal, pause } = this.#execution;
    return definition.resumable && pause ? AbortSignal.any([signal, pause]) : signal;
  }

  /** Two nodes may do the same, such as inverting one picture twice: the second takes over from the first. */
  async #takeTwin(planned: PlannedNode, key: string): Promise<boolean> {
    const twin = planned.definition.isOutput ? undefined : this.#execution.cache.get(key);
    if (!twin) return false;
    this.#results.set(planned, twin);
    await this.#reuse(planned, key);
    for (const { from } of planned.inputs) this.#count(from, -1);
    return true;
  }

  #valuesFor({ inputs, node }: PlannedNode): Record<string, unknown> {
    return Object.fromEntries(
      inputs.map(({ port, from, fromPort }) => {
        const result = this.#results.get(from);
        if (!result) throw new Error(`${from.node.id} has no result for ${node.id}`);
        return [port, result.outputs[fromPort]];
      }),
    );
  }

  /** Shows again what the node showed when it ran. */
  async #reuse(planned: PlannedNode, key: string): Promise<void> {
    const { report, cache } = this.#execution;
    const { id } = planned.node;
    const result = this.#results.get(planned);
    for (const picture of result?.shown ?? []) await report.shown(id, picture);
    const notes = result && Object.keys(result.notes).length > 0 ? { notes: result.notes } : {};
    const madeBy = planned.definition.reportsSteps ? cache.makerOf(key) : undefined;
    report.node(id, { state: 'cached', ...notes, ...(madeBy && { madeBy }) });
    this.#ended.add(planned);
  }

  #keep(planned: PlannedNode, key: string, result: NodeResult): void {
    const { cache, disk } = this.#execution;
    if (planned.definition.isOutput || holdsForeignValues(planned)) return;
    cache.set(key, result);
    this.#writes.push(writeDiskResult(planned, key, { result, disk }));
  }

  #noteFiles(key: string, result: NodeResult): void {
    const files = filesOf(result);
    if (files.length > 0) this.#spilled.push({ key, files });
  }

  #count(planned: PlannedNode, change: 1 | -1): void {
    const users = (this.#users.get(planned) ?? 0) + change;
    this.#users.set(planned, users);
    if (users === 0) this.#results.delete(planned);
  }

  #stop(result: ExecutionResult): ExecutionResult {
    for (const planned of this.#order) {
      if (!this.#ended.has(planned)) this.#execution.report.node(planned.node.id, { state: 'skipped' });
    }
    return result;
  }

  async #letMessagesIn(): Promise<void> {
    if (performance.now() - this.#turn < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turn = performance.now();
  }
}

/** What a node that was stopped throws; anything else went wrong while it stopped, such as a checkpoint that had no room. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * A patched denoiser holds on to the trajectories it was made from, which the cache could then neither count nor let
 * go; patching costs nothing, so it is simply done again.
 */
function holdsForeignValues({ definition }: PlannedNode): boolean {
  const has = (ports: NodeDefinition['inputs'], type: string): boolean =>
    Object.values(ports).some((port) => port.type === type);
  return has(definition.outputs, 'denoiser') && has(definition.inputs, 'trajectory');
}

function filesOf({ outputs }: NodeResult): FeatureSource[] {
  return Object.values(outputs).flatMap((value) => {
    const features = (value as Partial<Trajectory> | undefined)?.features;
    return features && features.usage.bytesOnDisk > 0 ? [features] : [];
  });
}
