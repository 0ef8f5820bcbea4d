import { z } from 'zod';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import type { Draft } from './draftStore.ts';
import type { FileHistory, FileState } from './workflowFile.ts';

const fileSchema = z.object({
  name: z.string().optional(),
  revision: z.string().optional(),
  run: z.string().optional(),
  /** Which of the documents is saved; null when none of them is. */
  saved: z.int().min(0).nullable(),
});
const place = z.int().min(0);
const memorySchema = z.object({
  documents: z.array(z.unknown()),
  at: place,
  /** Which of the documents is the saved one of the open file. */
  saved: fileSchema.shape.saved,
  replacements: z.array(
    z.object({ before: place, after: place, fileBefore: fileSchema, fileAfter: fileSchema }),
  ),
});
type Memory = z.infer<typeof memorySchema>;

/** Steps in each direction: what was just done, not everything since the tab was opened. */
const STEPS = 20;

/** What undo and redo lead to as text, so that it outlives a reload; each workflow as it is kept in drafts. */
export function writeUndo(
  { timeline, replacements }: FileHistory,
  state: FileState,
  kept: (document: WorkflowDocument) => WorkflowDocument,
): string {
  const from = Math.max(0, timeline.at - STEPS);
  const documents = timeline.documents.slice(from, timeline.at + STEPS + 1);
  const placeOf = (document: WorkflowDocument | null): number => documents.indexOf(document!);
  const savedPlace = ({ saved }: FileState): number | null => {
    const found = placeOf(saved);
    return found < 0 ? null : found;
  };
  const fileOf = (file: FileState): z.infer<typeof fileSchema> => ({ ...file, saved: savedPlace(file) });
  const places = replacements.map(({ before, after, fileBefore, fileAfter }) => {
    return {
      before: placeOf(before),
      after: placeOf(after),
      fileBefore: fileOf(fileBefore),
      fileAfter: fileOf(fileAfter),
    };
  });
  const memory: Memory = {
    documents: documents.map(kept),
    at: timeline.at - from,
    saved: savedPlace(state),
    replacements: places.filter(({ before, after }) => before >= 0 && after >= 0),
  };
  return JSON.stringify(memory);
}

/** Reads it back; undefined when it is not of that draft, or cannot be read. */
export function readUndo(
  text: string | null,
  draft: Draft,
): { history: FileHistory; state: FileState } | undefined {
  const memory = memorySchema.safeParse(parseJson(text)).data;
  if (!memory) return undefined;
  const documents = memory.documents.flatMap((json) => parseDocument(json).document ?? []);
  const open = documents[memory.at];
  const whole = documents.length === memory.documents.length;
  if (!open || !whole || JSON.stringify(open) !== JSON.stringify(draft.document)) return undefined;
  const documentAt = (saved: number | null): WorkflowDocument | null =>
    (saved !== null && documents[saved]) || null;
  const fileOf = ({ saved, name, revision, run }: z.infer<typeof fileSchema>): FileState => {
    return { name, revision, run, saved: documentAt(saved) };
  };
  const replacements = memory.replacements.flatMap(({ before, after, fileBefore, fileAfter }) => {
    const [from, to] = [documents[before], documents[after]];
    const files = { fileBefore: fileOf(fileBefore), fileAfter: fileOf(fileAfter) };
    return from && to ? [{ before: from, after: to, ...files }] : [];
  });
  const { name, revision, run, changed } = draft;
  const saved = changed ? documentAt(memory.saved) : open;
  return {
    history: { timeline: { documents, at: memory.at }, replacements },
    state: { name, revision, run, saved: changed && saved === open ? null : saved },
  };
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
