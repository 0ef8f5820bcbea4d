import { DOCUMENT_VERSION, type WorkflowDocument } from '../../../workflows/schema/document.ts';
import { applyCommand } from './applyCommand.ts';
import { DocumentHistory, type Timeline } from './documentHistory.ts';
import type { EditCommand } from './editCommand.ts';
import type { NodeCatalogue } from './nodeCatalogue.ts';

/** The workflow being edited. Knows nothing of any view: those subscribe. */
export class DocumentStore {
  private readonly history = new DocumentHistory();
  private readonly listeners = new Set<() => void>();
  private current: WorkflowDocument;
  catalogue: NodeCatalogue;

  constructor(document: WorkflowDocument, catalogue: NodeCatalogue) {
    this.current = document;
    this.catalogue = catalogue;
  }

  get document(): WorkflowDocument {
    return this.current;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Calls back after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Edits the workflow. Returns whether anything changed. */
  execute(command: EditCommand, merge?: string): boolean {
    const before = this.current;
    const after = applyCommand(before, command, this.catalogue);
    if (after === before) return false;
    this.history.record({ before, after, merge });
    this.show(after);
    return true;
  }

  undo(): boolean {
    return this.show(this.history.undo());
  }

  redo(): boolean {
    return this.show(this.history.redo());
  }

  /** Starts over with another workflow. */
  open(document: WorkflowDocument): void {
    this.history.clear();
    this.show(document);
  }

  timeline(): Timeline | undefined {
    return this.history.timeline();
  }

  /** Starts over with the open workflow of a timeline, and all that undo and redo led to. */
  resume(timeline: Timeline): void {
    this.history.resume(timeline);
    this.show(timeline.documents[timeline.at]);
  }

  private show(document: WorkflowDocument | undefined): boolean {
    if (!document) return false;
    this.current = document;
    for (const listener of this.listeners) listener();
    return true;
  }
}

/** A workflow without anything in it. */
export function emptyDocument(title = ''): WorkflowDocument {
  return {
    format: 'impasto-workflow',
    version: DOCUMENT_VERSION,
    title,
    description: '',
    nodes: [],
    links: [],
    groups: [],
    notes: [],
  };
}
