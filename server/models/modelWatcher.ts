import { EventEmitter } from 'node:events';
import { findModels } from './findModels.ts';
import { modelFiles } from './modelFiles.ts';
import type { ModelFolders } from './modelFolders.ts';
import type { ModelInspector } from './modelInspector.ts';

export interface ModelWatcherOptions {
  readonly folders: ModelFolders;
  readonly inspector: ModelInspector;
}

/** Notices which models were put there, replaced or taken away, and has them read in the background. */
export class ModelWatcher extends EventEmitter<{ changed: [] }> {
  readonly #options: ModelWatcherOptions;
  #timer: NodeJS.Timeout | undefined;
  /** What there was when it was last looked at. */
  #seen: string | undefined;

  constructor(options: ModelWatcherOptions) {
    super();
    this.#options = options;
  }

  /** Looks every so many milliseconds while `active` says that somebody wants to know. */
  start(every: number, active: () => boolean): void {
    // Of a folder that is refused, asking for the list says why.
    const look = () => void this.look().catch(() => undefined);
    this.#timer = setInterval(() => active() && look(), every);
    this.#timer.unref();
    look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const { folders, inspector } = this.#options;
    const found = await findModels(folders);
    const looked = await Promise.all(found.map(async (model) => ({ model, files: await modelFiles(model) })));
    const seen = JSON.stringify(looked.map(({ model, files }) => [model, files.signature]));
    if (seen === this.#seen) return;
    if (this.#seen !== undefined) this.emit('changed');
    this.#seen = seen;
    // A command ends when it is done: only who stays reads gigabytes in the background.
    if (!this.#timer) return;
    const readable = looked.filter(({ model, files }) => (model.problem ?? files.problem) === undefined);
    // First what they are, which is quick. What cannot be read is tried again when it is asked for.
    for (const { model, files } of readable) inspector.recognise(model, files).catch(() => undefined);
    for (const { model, files } of readable) inspector.inspect(model, files).catch(() => undefined);
  }
}
