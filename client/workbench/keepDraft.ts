import { watch } from 'vue';
import { texts } from '../texts/en.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import { DraftStore, type Draft } from './draftStore.ts';
import { holdName } from './holdName.ts';
import { readUndo, writeUndo } from './undoMemory.ts';
import type { Workbench } from './workbench.ts';

/** The template that a first visit opens. */
const FIRST = 'styleid';
/** Of this tab: where its undo history waits during a reload. */
const UNDO = 'impasto.undo';

/**
 * Opens what this tab had open last, or on a first visit the template that is ready to run; from then on every change
 * is kept in the browser.
 */
export async function keepDraft(bench: Workbench): Promise<void> {
  const store = new DraftStore({
    local: localStorage,
    tab: sessionStorage,
    hold: holdName,
    newId: () => Math.random().toString(36).slice(2),
    onFull: () => bench.toasts.error(texts.draft.full),
  });
  const draft = await store.claim();
  if (draft) {
    const { document, name, revision, changed, run } = draft;
    const undo = readUndo(sessionStorage.getItem(UNDO), draft);
    if (undo) bench.file.resume(undo.history, undo.state);
    else bench.file.start(document, { name, revision, saved: changed ? null : document, run });
  } else await openFirst(bench);
  follow(bench, store);
}

async function openFirst(bench: Workbench): Promise<void> {
  try {
    const { document } = parseDocument(await bench.api.template(FIRST));
    if (document) bench.file.start(document, { name: undefined, revision: undefined, saved: document });
  } catch {
    // Without the template the canvas is empty, and says what to do.
  }
}

function follow(bench: Workbench, store: DraftStore): void {
  const { session, file, models } = bench;
  const draft = (): Draft => {
    const { name, revision, run } = file.state;
    return { document: session.exported(), name, revision, changed: file.changed, run };
  };
  // Also when it becomes known which models it names.
  watch([() => session.document, () => file.state, () => models.list], () => store.save(draft), {
    immediate: true,
  });
  document.addEventListener('visibilitychange', () => store.flush());
  window.addEventListener('pagehide', () => {
    store.save(draft);
    store.flush();
    rememberUndo(bench);
  });
}

function rememberUndo({ file, session }: Workbench): void {
  const history = file.history();
  try {
    if (history) sessionStorage.setItem(UNDO, writeUndo(history, file.state, session.exported));
    else sessionStorage.removeItem(UNDO);
  } catch {
    // No room: the draft itself is kept, and matters more.
    sessionStorage.removeItem(UNDO);
  }
}
