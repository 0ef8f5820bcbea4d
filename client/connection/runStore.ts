import { shallowReactive, shallowRef } from 'vue';
import { applyRunEvent } from '../../server/protocol/applyRunEvent.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { RunRecord, RunState, StepRecord } from '../../server/protocol/runs.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { ApiClient } from './apiClient.ts';
import { DrawingPace } from './drawingPace.ts';
import { LivePictures } from './livePictures.ts';
import { fileUrl, stepPictureUrl } from './pictureUrls.ts';
import { RecordedWorkflow, type NodeFit } from './recordedWorkflow.ts';
import type { NodeRunView, RunView } from './runView.ts';
import type { ServerLink } from './serverLink.ts';
import { StepList } from './stepList.ts';

export interface RunStoreOptions {
  readonly api: Pick<ApiClient, 'run' | 'steps'>;
  readonly link: ServerLink;
}

/** Milliseconds between two drawings of what goes on: fast steps come by the hundred in a second. */
const PAUSE = 100;
/** From so many steps on a drawing takes longer, and has to wait longer. */
const MANY = { steps: 300, pause: 250 };

interface MutableRunView extends RunView {
  state: RunState;
  readonly nodes: Record<string, NodeRunView>;
}

/**
 * The run that is being looked at, live or old. It is read once, then followed by its events: each is taken exactly
 * once, in order, also across lost connections.
 */
export class RunStore {
  private readonly recordRef = shallowRef<RunRecord | null>(null);
  private readonly viewRef = shallowRef<MutableRunView | null>(null);
  private readonly list = new StepList();
  private readonly loadingRef = shallowRef<string | null>(null);
  private readonly pictures = new LivePictures();
  private readonly options: RunStoreOptions;
  /** With every event so far; what is shown may be a moment behind. */
  private newest: RunRecord | null = null;
  /** Nodes that changed since they were shown. */
  private readonly changed = new Set<string>();
  private readonly pace = new DrawingPace(
    () => this.draw(),
    () => (this.steps.length < MANY.steps ? PAUSE : MANY.pause),
  );
  private document: WorkflowDocument | undefined;
  private recorded: RecordedWorkflow | undefined;
  private fits: ReadonlyMap<string, NodeFit> = new Map();
  /** Sequence number at which the events were last asked for: asked once, a gap is then the server's. */
  private askedAfter = -1;

  constructor(options: RunStoreOptions) {
    this.options = options;
    options.link.listen({
      connected: () => this.catchUp(),
      event: (event) => this.take(event),
      picture: (picture) => {
        if (picture.run === this.newest?.id && this.pictures.add(picture)) this.change(picture.node);
      },
    });
  }

  get record(): RunRecord | null {
    return this.recordRef.value;
  }
  get view(): RunView | null {
    return this.viewRef.value;
  }
  /** The workflow as it ran; undefined when the record holds none that can be read. */
  get workflow(): RecordedWorkflow | undefined {
    return this.recorded;
  }
  /** All steps of the run in the order in which they were made. */
  get steps(): readonly StepRecord[] {
    return this.list.inOrder;
  }
  /** Id of the run that is on its way. */
  get loading(): string | null {
    return this.loadingRef.value;
  }

  /** Looks at a run, from its first event on. Throws RequestError; then the run before stays. */
  async show(id: string): Promise<void> {
    this.loadingRef.value = id;
    try {
      const record = await this.options.api.run(id);
      // Read later than the record, never before: events are asked for from the record on.
      const steps = await this.options.api.steps(id);
      if (this.loadingRef.value === id) this.begin(record, steps);
    } finally {
      if (this.loadingRef.value === id) this.loadingRef.value = null;
    }
  }

  /** The open workflow: of the run, only what has to do with its nodes is in the view. */
  setDocument(document: WorkflowDocument): void {
    this.document = document;
    const before = this.fits;
    this.compare();
    for (const node of Object.keys(this.record?.nodes ?? {})) {
      if (before.get(node) !== this.fits.get(node)) this.refresh(node);
    }
  }

  /** Looks at no run. */
  clear(): void {
    if (this.record) this.options.link.unwatch(this.record.id);
    this.pace.stop();
    this.changed.clear();
    this.loadingRef.value = null;
    this.newest = null;
    this.recordRef.value = null;
    this.recorded = undefined;
    this.viewRef.value = null;
    this.list.reset([]);
    this.pictures.clear();
  }

  private begin(record: RunRecord, steps: readonly StepRecord[]): void {
    this.clear();
    this.newest = record;
    this.recordRef.value = record;
    this.recorded = new RecordedWorkflow(record.workflow);
    this.compare();
    this.list.reset(steps);
    this.viewRef.value = shallowReactive({
      id: record.id,
      state: record.state,
      nodes: shallowReactive<Record<string, NodeRunView>>({}),
    });
    for (const node of Object.keys(record.nodes)) this.refresh(node);
    this.askedAfter = -1;
    this.catchUp();
  }

  private compare(): void {
    this.fits = (this.document && this.recorded?.compare(this.document)) ?? new Map();
  }

  private catchUp(): void {
    const record = this.newest;
    if (!record || !this.options.link.connected) return;
    this.askedAfter = record.seq;
    void this.options.link.watch({ run: record.id, after: record.seq });
  }

  private take(event: RunEvent): void {
    const before = this.newest;
    if (!before || event.run !== before.id || event.seq <= before.seq) return;
    if (event.seq > before.seq + 1 && this.askedAfter !== before.seq) {
      this.catchUp();
      return;
    }
    this.newest = applyRunEvent(before, event);
    if (event.kind === 'step') {
      this.list.add(event.step);
      this.change(event.step.hasPicture ? event.step.node : undefined);
    }
    if (event.kind === 'node')
      this.change(event.node, event.record.state !== before.nodes[event.node]?.state);
    if (event.kind === 'shown') this.change(event.picture.node);
    if (event.kind === 'run') {
      this.change(undefined, event.summary.state !== before.state);
      if (event.summary.finished !== undefined) void this.complete(event.run);
    }
  }

  /** Shows what changed: at once what a person may wait for, the course of things as often as can be followed. */
  private change(node: string | undefined, atOnce = false): void {
    if (node !== undefined) this.changed.add(node);
    if (atOnce) this.pace.now();
    else this.pace.soon();
  }

  private draw(): void {
    const { newest, changed } = this;
    this.recordRef.value = newest;
    this.list.show();
    if (newest && this.viewRef.value) this.viewRef.value.state = newest.state;
    for (const node of changed) this.refresh(node);
    changed.clear();
  }

  /** What an ended run's record says of the whole, which is no event: which models ran, and in which versions. */
  private async complete(id: string): Promise<void> {
    const ended = await this.options.api.run(id).catch(() => undefined);
    if (!ended || this.newest?.id !== id) return;
    const { models, versions, warnings } = ended;
    this.newest = { ...this.newest, models, versions, ...(warnings ? { warnings } : {}) };
    this.pace.now();
  }

  /** Makes the view of one node anew: only what shows that node is drawn again. */
  private refresh(node: string): void {
    const { record, viewRef } = this;
    if (!record || !viewRef.value) return;
    const fit = this.fits.get(node);
    if (fit === undefined) {
      delete viewRef.value.nodes[node];
      return;
    }
    const now = record.nodes[node] ?? { state: 'waiting' };
    const pictures = record.pictures.filter((picture) => picture.node === node);
    const live = this.livePicture(node);
    viewRef.value.nodes[node] = {
      ...(fit === 'same' || now.state === 'running' || now.state === 'paused' ? now : {}),
      ...(live === undefined ? {} : { livePicture: live }),
      pictures: Object.fromEntries(pictures.map(({ slot, file }) => [slot, fileUrl(file)])),
    };
  }

  private livePicture(node: string): string | undefined {
    const live = this.pictures.get(node);
    const stored = this.list.newestPictured(node);
    if (live && live.seq >= (stored?.seq ?? 0)) return live.url;
    return stored && stepPictureUrl(this.record!.id, stored.seq);
  }
}
