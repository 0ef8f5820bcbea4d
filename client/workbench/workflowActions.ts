import { ref } from 'vue';
import { workflowNameSchema } from '../../server/protocol/api.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import { serialiseDocument } from '../../workflows/schema/serialiseDocument.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { ApiClient, ExpectedRevision } from '../connection/apiClient.ts';
import { RequestError } from '../connection/requestError.ts';
import type { ModelStore } from '../connection/modelStore.ts';
import type { WorkflowList } from '../connection/workflowList.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { emptyDocument } from '../editor/core/documentStore.ts';
import { modelProblems } from '../editor/session/modelProblems.ts';
import { texts } from '../texts/en.ts';
import type { Dialogs } from './dialogs.ts';
import { downloadText } from './downloadText.ts';
import { type Template, nearestTemplate } from './nearestTemplate.ts';
import { openWorkflow } from './openWorkflow.ts';
import type { Toasts } from './toasts.ts';
import type { FileState, WorkflowFile } from './workflowFile.ts';

export interface WorkflowActionsOptions {
  readonly api: ApiClient;
  readonly session: EditorSession;
  readonly file: WorkflowFile;
  readonly list: WorkflowList;
  readonly models: Pick<ModelStore, 'list'>;
  readonly dialogs: Dialogs;
  readonly toasts: Toasts;
}

/** What a person can do with whole workflows. Opening another one can be undone, so it never asks first. */
export class WorkflowActions {
  /** What is going on, for waits that take longer than a moment. */
  readonly busy = ref<string | null>(null);
  private readonly options: WorkflowActionsOptions;

  constructor(options: WorkflowActionsOptions) {
    this.options = options;
  }

  startNew(): void {
    this.show(emptyDocument(), { name: undefined, revision: undefined });
  }

  openTemplate(name: string): Promise<void> {
    return this.attempt(texts.workflows.opening, async () => {
      const document = readDocument(await this.options.api.template(name));
      this.show(document, { name: undefined, revision: undefined });
    });
  }

  /** The template most like the open workflow that runs with the models that are here. Throws RequestError. */
  async templateThatRuns(): Promise<Template | undefined> {
    const { api, list, session, models } = this.options;
    const templates = await Promise.all(
      list.templates.map(async ({ name }) => ({ name, document: readDocument(await api.template(name)) })),
    );
    const here = { descriptions: session.descriptions, models: models.list };
    const runs = ({ document }: Template) => modelProblems(document, here).length === 0;
    return nearestTemplate(session.document, templates.filter(runs));
  }

  openSaved(name: string): Promise<void> {
    return this.attempt(texts.workflows.opening, async () => {
      const { json, revision } = await this.options.api.workflow(name);
      this.show(readDocument(json), { name, revision });
    });
  }

  /** Saves under its name, or asks for one. */
  save(): Promise<void> {
    const { name, revision } = this.options.file.state;
    if (name === undefined) return this.saveAs();
    return this.attempt(texts.workflows.saving, () =>
      this.put(name, revision === undefined ? 'any' : { revision }),
    );
  }

  async saveAs(): Promise<void> {
    const { session, file } = this.options;
    const name = await this.askName({
      title: texts.workflows.saveTitle,
      value: file.name ?? session.document.title,
      confirm: texts.workflows.save,
    });
    if (name !== undefined) await this.attempt(texts.workflows.saving, () => this.put(name, 'none'));
  }

  async rename(name: string): Promise<void> {
    const { api, file, list } = this.options;
    const title = texts.workflows.renameTitle;
    const to = await this.askName({ title, value: name, confirm: texts.workflows.rename });
    if (to === undefined || to === name) return;
    await this.attempt(texts.workflows.saving, async () => {
      await api.renameWorkflow(name, to);
      if (file.name === name) file.update({ name: to });
      await list.load();
    });
  }

  remove(name: string): Promise<void> {
    const { api, file, list, toasts } = this.options;
    return this.attempt(texts.workflows.deleting, async () => {
      await api.deleteWorkflow(name);
      // What is open stays open, as something that is not saved.
      const open = file.name === name ? file.state : undefined;
      if (open) file.update({ name: undefined, revision: undefined, saved: null });
      await list.load();
      toasts.show({
        kind: 'info',
        topic: 'deleted',
        text: texts.workflows.deleted(name),
        action: { title: texts.undo, run: () => void this.bringBack(name, open) },
      });
    });
  }

  download(): void {
    const { session, file } = this.options;
    const name = file.name ?? (session.document.title || texts.untitled);
    downloadText(`${name}.json`, serialiseDocument(session.exported()));
  }

  private bringBack(name: string, open: FileState | undefined): Promise<void> {
    return this.attempt(texts.workflows.opening, async () => {
      await this.options.api.restoreWorkflow(name);
      if (open && this.options.file.name === undefined) this.options.file.update(open);
      await this.options.list.load();
    });
  }

  private show(document: WorkflowDocument, state: Omit<FileState, 'saved'>): void {
    const { session, file } = this.options;
    const lost = file.changed && session.document.nodes.length > 0;
    const title = state.name ?? (document.title || texts.untitled);
    openWorkflow(this.options, {
      document,
      state: { ...state, saved: document },
      text: lost ? texts.workflows.replaced(title) : undefined,
    });
  }

  private async put(name: string, expected: ExpectedRevision): Promise<void> {
    const { api, session, file, list, toasts } = this.options;
    const document = session.document;
    try {
      const revision = await api.saveWorkflow(name, session.exported(), expected);
      file.update({ name, revision, saved: document });
      toasts.show({ kind: 'ok', text: texts.workflows.saved(name) });
      await list.load();
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'conflict') throw error;
      await this.settleConflict(name, expected);
    }
  }

  private async settleConflict(name: string, expected: ExpectedRevision): Promise<void> {
    const words = expected === 'none' ? texts.workflows.exists(name) : texts.workflows.changedElsewhere(name);
    const answer = await this.options.dialogs.ask({
      kind: 'choice',
      ...words,
      choices: [
        { value: 'as', title: texts.workflows.otherName, tone: 'primary' },
        { value: 'replace', title: texts.workflows.replaceIt, tone: 'danger' },
      ],
    });
    if (answer === 'replace') await this.put(name, 'any');
    if (answer === 'as') await this.saveAs();
  }

  private askName(words: { title: string; value: string; confirm: string }): Promise<string | undefined> {
    return this.options.dialogs.ask({
      kind: 'name',
      ...words,
      check: (name) => {
        const parsed = workflowNameSchema.safeParse(name);
        return parsed.success ? undefined : texts.workflows.nameWrong(parsed.error.issues[0]!.message);
      },
    });
  }

  private async attempt(doing: string, action: () => Promise<void>): Promise<void> {
    this.busy.value = doing;
    try {
      await action();
    } catch (error) {
      this.options.toasts.error(error);
    } finally {
      this.busy.value = null;
    }
  }
}

function readDocument(json: unknown): WorkflowDocument {
  const parsed = parseDocument(json);
  if (!parsed.document) throw new Error(parsed.problems[0]?.message ?? texts.errors.notAWorkflow);
  return parsed.document;
}
