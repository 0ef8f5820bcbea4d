import { computed, ref, watch } from 'vue';
import { openRunStates, type StepRecord } from '../../server/protocol/runs.ts';
import type { RunStore } from '../connection/runStore.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { steady } from './steady.ts';

/** Which node's steps are shown, and which of them large. */
export class FilmstripState {
  private readonly chosenNode = ref<string | null>(null);
  /** Number of the step that a person stopped at; null follows the newest. */
  private readonly stoppedAt = ref<number | null>(null);
  /** In the order in which they were made: those that a run used again are older than its own. */
  private readonly steps;
  private readonly nodesRef;
  private readonly nodeRef;
  private readonly framesRef;
  private readonly indexRef;
  private readonly currentRef;
  private readonly untilRef;

  constructor(session: EditorSession, runs: RunStore) {
    this.steps = computed(() => [...runs.steps].sort((a, b) => (a.at ?? 0) - (b.at ?? 0)));
    this.nodesRef = computed(() => [...new Set(this.steps.value.map((step) => step.node))]);
    this.nodeRef = computed(() => {
      const nodes = this.nodesRef.value;
      const chosen = this.chosenNode.value;
      return chosen !== null && nodes.includes(chosen) ? chosen : this.newest;
    });
    // While another node is at work, they stay the same.
    this.framesRef = computed<readonly StepRecord[]>((before) =>
      steady(
        before,
        this.steps.value.filter((step) => step.node === this.nodeRef.value),
      ),
    );
    this.indexRef = computed(() => {
      const frames = this.framesRef.value;
      if (this.stoppedAt.value !== null) return Math.min(this.stoppedAt.value, frames.length - 1);
      // Of an optimisation the numbers are news enough; a sampler's newest picture may still be on its way.
      if (frames.length > 0 && 'losses' in frames[0]!) return frames.length - 1;
      const pictured = frames.findLastIndex((frame) => frame.hasPicture);
      return pictured < 0 ? frames.length - 1 : pictured;
    });
    this.currentRef = computed(() => this.framesRef.value[this.indexRef.value]);
    this.untilRef = computed(() => {
      const state = runs.record?.nodes[this.nodeRef.value ?? '']?.state;
      return state === 'running' || state === 'paused' ? (this.framesRef.value.at(-1)?.of ?? 0) : 0;
    });
    watch(
      () => session.selection.nodes,
      ([node]) => {
        if (node !== undefined && this.nodesRef.value.includes(node)) this.choose(node);
      },
    );
    watch(
      () => runs.record?.id,
      () => {
        if (runs.record && openRunStates.has(runs.record.state)) this.follow();
        else this.stoppedAt.value = null;
      },
    );
  }

  /** The node at work, or the last that was. */
  private get newest(): string | null {
    return this.steps.value.at(-1)?.node ?? null;
  }
  /** Nodes that have steps, in the order in which they began. */
  get nodes(): readonly string[] {
    return this.nodesRef.value;
  }
  get node(): string | null {
    return this.nodeRef.value;
  }
  get frames(): readonly StepRecord[] {
    return this.framesRef.value;
  }
  /** Position of the current frame; -1 without frames. */
  get index(): number {
    return this.indexRef.value;
  }
  get current(): StepRecord | undefined {
    return this.currentRef.value;
  }
  /** Whether the steps are a sampler's, which can be looked into; others have losses. */
  get samples(): boolean {
    return this.current !== undefined && 'timestep' in this.current;
  }
  /** While the node is at work, or paused, the step that its work ends with: charts leave room for it. Otherwise 0. */
  get until(): number {
    return this.untilRef.value;
  }
  /** The step's own picture, or the last one before it: not every step has one. */
  pictured(index: number): StepRecord | undefined {
    return this.frames.slice(0, index + 1).findLast((frame) => frame.hasPicture);
  }
  /** The next step to look at: of an optimisation the next with a picture, otherwise the last. */
  get nextPictured(): number {
    if (this.samples) return this.index + 1;
    const next = this.frames.findIndex((frame, i) => i > this.index && frame.hasPicture);
    return next < 0 ? this.frames.length - 1 : next;
  }
  get following(): boolean {
    return this.stoppedAt.value === null && this.node === this.newest;
  }

  choose(node: string): void {
    if (this.node !== node) this.stoppedAt.value = null;
    this.chosenNode.value = node;
  }

  stopAt(index: number): void {
    this.stoppedAt.value = Math.max(0, Math.min(index, this.frames.length - 1));
  }

  /** Shows the newest step as it comes, of whichever sampler is at work. */
  follow(): void {
    this.chosenNode.value = null;
    this.stoppedAt.value = null;
  }
}
