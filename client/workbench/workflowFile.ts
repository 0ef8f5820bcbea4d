import { computed, shallowRef, watch } from 'vue';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { Timeline } from '../editor/core/documentHistory.ts';
import type { EditorSession } from '../editor/editorSession.ts';

/** Where the open workflow comes from, and what of it is saved. */
export interface FileState {
  /** Its name on the server; undefined while it was never saved. */
  readonly name: string | undefined;
  readonly revision: string | undefined;
  /** The document as it was saved or opened; null when what is open was never kept anywhere. */
  readonly saved: WorkflowDocument | null;
  /** The run of it that is looked at. */
  readonly run?: string | undefined;
}

/** A step of the history that put another workflow in the place of the open one. */
export interface Replacement {
  readonly before: WorkflowDocument;
  readonly after: WorkflowDocument;
  readonly fileBefore: FileState;
  fileAfter: FileState;
}

/** All that undo and redo lead to, and the files behind it. */
export interface FileHistory {
  readonly timeline: Timeline;
  readonly replacements: readonly Replacement[];
}

const MOST_REMEMBERED = 50;

/** The file behind the document: its name and run follow when opening another workflow is undone or redone. */
export class WorkflowFile {
  private readonly stateRef = shallowRef<FileState>({ name: undefined, revision: undefined, saved: null });
  private readonly changedRef;
  private readonly session: EditorSession;
  private replacements: Replacement[] = [];
  private changes = 0;

  constructor(session: EditorSession) {
    this.session = session;
    this.changedRef = computed(() => session.document !== this.stateRef.value.saved);
    watch(
      () => session.document,
      (now, before) => this.follow(now, before),
      { flush: 'sync' },
    );
  }

  get state(): FileState {
    return this.stateRef.value;
  }
  get name(): string | undefined {
    return this.stateRef.value.name;
  }
  /** Another number means that another workflow took the place of the open one, be it by undo or redo. */
  get opening(): number {
    return this.changes;
  }
  /** Whether the document differs from what is saved. */
  get changed(): boolean {
    return this.changedRef.value;
  }

  /** Puts another workflow in the place of the open one; undo brings that one back. */
  replace(document: WorkflowDocument, state: FileState): void {
    const before = this.session.document;
    const fileBefore = this.stateRef.value;
    this.take(state);
    this.session.execute({ kind: 'replace', document });
    this.replacements.push({ before, after: this.session.document, fileBefore, fileAfter: state });
    this.replacements = this.replacements.slice(-MOST_REMEMBERED);
  }

  /** Starts with a workflow, without anything to go back to. */
  start(document: WorkflowDocument, state: FileState): void {
    this.session.open(document);
    this.take(state);
    this.replacements = [];
  }

  /** Undefined when there is nothing to undo or redo. */
  history(): FileHistory | undefined {
    const timeline = this.session.timeline();
    return timeline && { timeline, replacements: this.replacements };
  }

  /** Starts with a workflow that was open before, and with what could be undone then. */
  resume({ timeline, replacements }: FileHistory, state: FileState): void {
    this.session.resume(timeline);
    this.take(state);
    this.replacements = [...replacements];
  }

  /** The document was saved or run, or its file renamed or deleted. */
  update(state: Partial<FileState>): void {
    this.stateRef.value = { ...this.stateRef.value, ...state };
  }

  private take(state: FileState): void {
    this.stateRef.value = state;
    this.changes++;
  }

  private follow(now: WorkflowDocument, before: WorkflowDocument): void {
    for (const replacement of this.replacements) {
      if (replacement.after === before && replacement.before === now) {
        replacement.fileAfter = this.stateRef.value;
        this.take(replacement.fileBefore);
        return;
      }
      if (replacement.before === before && replacement.after === now) {
        this.take(replacement.fileAfter);
        return;
      }
    }
  }
}
