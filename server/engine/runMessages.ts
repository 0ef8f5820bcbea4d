import type { Picture } from '../../models/image/picture.ts';
import type { SamplingReport, ShownPicture, StepReport } from '../../nodes/contract/node.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeRecord } from '../protocol/runs.ts';
import { encodeShown } from './encodeShown.ts';
import type { FromEngine } from './messages.ts';
import type { RunReport } from './runReport.ts';

export interface RunMessagesOptions {
  readonly run: string;
  readonly document: WorkflowDocument;
  /** Whether a step gets a picture. */
  readonly isDue: (step: StepReport) => boolean;
  /** What a saved PNG says about its making. */
  readonly texts: () => Readonly<Record<string, string>>;
  readonly send: (message: FromEngine) => void;
  /** What a step was made from, for a closer look later. */
  readonly keep: (node: string, made: NonNullable<SamplingReport['made']>) => void;
}

/** Turns what happens in a run into messages. A node's records are sent once a turn of the event loop, newest only. */
export class RunMessages implements RunReport {
  readonly #options: RunMessagesOptions;
  readonly #pending = new Map<string, NodeRecord>();
  readonly #previews = new Set<Promise<void>>();
  #previewFailed = false;
  readonly #names: ReadonlyMap<string, string>;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(options: RunMessagesOptions) {
    this.#options = options;
    this.#names = new Map(options.document.nodes.map(({ id, title }) => [id, title?.trim() || id]));
  }

  node(node: string, record: NodeRecord): void {
    this.#pending.set(node, record);
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  step(node: string, told: StepReport, milliseconds: number): void {
    this.flush();
    const { run, isDue, send } = this.#options;
    const { picture, ...report } = told;
    const around = { node, milliseconds, at: Date.now() };
    if ('made' in report) {
      const { made, ...facts } = report;
      if (made) this.#options.keep(node, made);
      send({ kind: 'step', run, step: { ...facts, ...around } });
    } else send({ kind: 'step', run, step: { ...report, ...around } });
    if (!picture || !isDue(told)) return;
    const make = typeof picture === 'function' ? picture : () => Promise.resolve(picture);
    this.#preview(node, report.step, make);
  }

  async shown(node: string, shown: ShownPicture): Promise<void> {
    const { run, texts, send } = this.#options;
    const picture = await encodeShown(shown, texts);
    this.flush();
    const name = shown.save && { name: shown.save.name.trim() || (this.#names.get(node) ?? node) };
    send({ kind: 'shown', run, node, slot: shown.slot, picture, ...name });
  }

  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    for (const [node, record] of this.#pending) {
      this.#options.send({ kind: 'node', run: this.#options.run, node, record });
    }
    this.#pending.clear();
  }

  /** Sends all that is still on its way. */
  async finish(): Promise<void> {
    await Promise.all(this.#previews);
    this.flush();
  }

  /** A step without a picture is no reason to stop a run. */
  #preview(node: string, step: number, make: () => Promise<Picture>): void {
    const { run, send } = this.#options;
    const work = make().then(
      (picture) => send({ kind: 'preview', run, node, step, picture }),
      (error: Error) => {
        if (!this.#previewFailed) console.error(`A step picture could not be made: ${error.message}`);
        this.#previewFailed = true;
      },
    );
    this.#previews.add(work);
    void work.finally(() => this.#previews.delete(work));
  }
}
