import { nodeTitle } from '../editor/core/nodeTitle.ts';
import type { ApiClient } from '../connection/apiClient.ts';
import { referenceUrl } from '../connection/pictureUrls.ts';
import type { Point } from '../editor/core/rect.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { texts } from '../texts/en.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import type { Dialogs } from './dialogs.ts';
import { openWorkflow } from './openWorkflow.ts';
import type { Toasts } from './toasts.ts';
import type { WorkflowFile } from './workflowFile.ts';

export interface IncomingFilesOptions {
  readonly api: Pick<ApiClient, 'upload'>;
  readonly session: EditorSession;
  readonly file: WorkflowFile;
  readonly dialogs: Dialogs;
  readonly toasts: Toasts;
}

/** Takes files that a person drops, pastes or chooses: workflows, and pictures with or without one inside. */
export class IncomingFiles {
  private readonly options: IncomingFilesOptions;

  constructor(options: IncomingFilesOptions) {
    this.options = options;
  }

  async take(files: readonly File[], at?: Point): Promise<void> {
    for (const file of files) {
      try {
        if (file.type.startsWith('image/')) await this.takePicture(file, at);
        else if (isText(file)) await this.openText(await file.text(), file.name);
        else this.options.toasts.error(texts.files.unknownKind(file.name));
      } catch (error) {
        this.options.toasts.error(error);
      }
    }
  }

  /** Opens a workflow from JSON text; says what is wrong with it otherwise. */
  async openText(text: string, name: string): Promise<void> {
    await this.open(text, name);
  }

  private async open(source: unknown, name: string): Promise<void> {
    const { dialogs } = this.options;
    const parsed = parseDocument(source);
    if (!parsed.document) {
      await dialogs.ask({
        kind: 'choice',
        title: texts.files.cannotOpen(name),
        list: parsed.problems.map((problem) => problem.message),
        choices: [],
      });
      return;
    }
    openWorkflow(this.options, {
      document: parsed.document,
      state: { name: undefined, revision: undefined, saved: null },
      text: texts.files.opened(parsed.document.title || name),
    });
  }

  private async takePicture(file: File, at?: Point): Promise<void> {
    const { toasts } = this.options;
    const busy = toasts.show({ kind: 'info', text: texts.files.uploading(file.name) });
    const upload = await this.options.api.upload(file).finally(() => toasts.close(busy));
    if (upload.workflow === undefined) await this.placePicture(upload.reference, { name: file.name, at });
    else await this.open(upload.workflow, file.name);
  }

  /** Asks where a picture is to go, the selected node first. */
  private async placePicture(
    reference: string,
    { name, at }: { name: string; at: Point | undefined },
  ): Promise<void> {
    const { session, dialogs } = this.options;
    const places = this.places();
    const answer = await dialogs.ask({
      kind: 'choice',
      title: texts.files.pictureTitle,
      text: texts.files.pictureText(name),
      picture: referenceUrl(reference),
      choices: [
        ...places.map(({ node, title }, index) => ({
          value: node,
          title: texts.files.putInto(title),
          ...(index === 0 ? { tone: 'primary' as const } : {}),
        })),
        ...(this.loader() ? [{ value: '', title: texts.files.putIntoNew }] : []),
      ],
    });
    if (answer === undefined) return;
    const place = places.find(({ node }) => node === answer);
    if (place) {
      session.setParam(place.node, place.parameter, reference);
      session.focus(place.node);
    } else this.addLoader(reference, at);
  }

  /** Nodes that take a picture, the selected one first. */
  private places(): { node: string; title: string; parameter: string }[] {
    const { session } = this.options;
    const selected = new Set(session.selection.nodes);
    return session.document.nodes
      .flatMap((node) => {
        const description = session.descriptions.get(node.type);
        const parameter = description && pictureParameter(description);
        return parameter === undefined
          ? []
          : [{ node: node.id, title: nodeTitle(session, node.id), parameter }];
      })
      .sort((a, b) => Number(selected.has(b.node)) - Number(selected.has(a.node)))
      .slice(0, 4);
  }

  private loader(): NodeDescription | undefined {
    return [...this.options.session.descriptions.values()].find(pictureParameter);
  }

  private addLoader(reference: string, at: Point | undefined): void {
    const { session } = this.options;
    const loader = this.loader()!;
    const node = session.addNode(loader.type, at);
    if (node !== undefined) session.setParam(node, pictureParameter(loader)!, reference);
  }
}

function pictureParameter(description: NodeDescription): string | undefined {
  return description.parameters.find((parameter) => parameter.control === 'image')?.name;
}

function isText(file: File): boolean {
  return file.type === 'application/json' || file.type === 'text/plain' || /\.json$/i.test(file.name);
}
