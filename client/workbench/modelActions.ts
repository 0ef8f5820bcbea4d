import { shallowReactive } from 'vue';
import type { Download, DownloadRequest, ModelSummary } from '../../server/protocol/models.ts';
import type { ModelApi } from '../connection/modelApi.ts';
import type { ModelStore } from '../connection/modelStore.ts';
import { texts } from '../texts/en.ts';
import type { Dialogs } from './dialogs.ts';
import type { Toasts } from './toasts.ts';

export interface ModelActionsOptions {
  readonly api: ModelApi;
  readonly models: ModelStore;
  readonly dialogs: Dialogs;
  readonly toasts: Toasts;
}

/** What a person can do with models. Whatever goes wrong is said; nothing throws. */
export class ModelActions {
  private readonly options: ModelActionsOptions;
  /** Names of models that are being read through. */
  private readonly reading = shallowReactive(new Set<string>());

  constructor(options: ModelActionsOptions) {
    this.options = options;
  }

  isVerifying(name: string): boolean {
    return this.reading.has(name);
  }

  /** Answers whether the download was taken. */
  async download(request: DownloadRequest): Promise<boolean> {
    return this.attempt(async () => {
      const { api, models } = this.options;
      models.setDownload(await api.download(request));
    });
  }

  async stop({ id }: Download): Promise<void> {
    await this.attempt(() => this.options.api.stopDownload(id, false));
  }

  /** Gives up a download and what it has received. */
  async discard({ id }: Download): Promise<void> {
    await this.attempt(async () => {
      await this.options.api.stopDownload(id, true);
      await this.options.models.load();
    });
  }

  /** Adds a file or folder where it is; answers whether that worked. */
  async add(path: string): Promise<boolean> {
    return this.attempt(async () => {
      const name = await this.options.api.add(path);
      this.options.toasts.show({ kind: 'ok', text: texts.models.added(name) });
      await this.options.models.load();
    });
  }

  async verify({ name, title }: ModelSummary): Promise<void> {
    this.reading.add(name);
    await this.attempt(async () => {
      const { matches, message } = await this.options.api.verify(name);
      this.options.toasts.show({ kind: matches === false ? 'error' : 'ok', text: `${title}: ${message}` });
      await this.options.models.load();
    });
    this.reading.delete(name);
  }

  /** Asks first: what is deleted does not come back. A link is only forgotten. */
  async remove(model: ModelSummary): Promise<void> {
    const { api, models, dialogs, toasts } = this.options;
    const words = texts.models.remove;
    const question = model.linked ? words.link : model.downloaded ? words.download : words.own;
    const answer = await dialogs.ask({
      kind: 'choice',
      ...question(model.title),
      choices: [
        { value: 'keep', title: words.keep },
        { value: 'remove', title: model.linked ? words.forget : words.delete, tone: 'danger' },
      ],
    });
    if (answer !== 'remove') return;
    await this.attempt(async () => {
      await api.remove(model.name, !model.linked && !model.downloaded);
      toasts.show({ kind: 'info', text: words.done(model.title) });
      await models.load();
    });
  }

  /** Keeps an access token for the hub; null forgets it. Answers whether that worked. */
  async setToken(token: string | null): Promise<boolean> {
    return this.attempt(async () => {
      const { api, models, toasts } = this.options;
      models.setHub(await api.setToken(token));
      toasts.show({ kind: 'ok', text: token === null ? texts.token.forgotten : texts.token.saved });
    });
  }

  /** Puts a text on the clipboard, and says that it did: browsers give none to pages without https. */
  async copy(text: string, done: string): Promise<void> {
    const { toasts } = this.options;
    try {
      await navigator.clipboard.writeText(text);
      toasts.show({ kind: 'ok', text: done });
    } catch {
      toasts.error(texts.models.notCopied(text));
    }
  }

  async lookAgain(): Promise<void> {
    await this.attempt(() => this.options.models.load());
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.options.toasts.error(error);
      return false;
    }
  }
}
