import { z } from 'zod';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';

const draftSchema = z.object({
  document: z.unknown(),
  name: z.string().optional(),
  revision: z.string().optional(),
  changed: z.boolean(),
  run: z.string().optional(),
  time: z.number(),
});

/** A workflow as it stood in one tab. */
export interface Draft {
  readonly document: WorkflowDocument;
  /** Its name on the server, and the revision that it was opened or saved at. */
  readonly name?: string | undefined;
  readonly revision?: string | undefined;
  /** Whether it differs from what is saved. */
  readonly changed: boolean;
  /** The run that was looked at. */
  readonly run?: string | undefined;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
export interface DraftStoreOptions {
  /** Shared by all tabs. */
  readonly local: Store;
  /** This tab's own; survives a reload. */
  readonly tab: Store;
  /** Resolves to false when another tab holds that name; holds it until the tab is gone otherwise. */
  readonly hold: (name: string) => Promise<boolean>;
  readonly newId: () => string;
  /** The browser has no room for the draft. */
  readonly onFull: () => void;
}

const PREFIX = 'impasto.draft.';
const TAB = 'impasto.tab';
const DELAY = 400;
const MOST = 20;

/** Keeps the workflow in the browser while it is edited: one draft per tab, taken over when its tab is gone. */
export class DraftStore {
  private readonly options: DraftStoreOptions;
  private id = '';
  private pending: (() => Draft) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private full = false;

  constructor(options: DraftStoreOptions) {
    this.options = options;
  }

  /** Finds this tab's draft, or the newest one that no tab has open; undefined on a first visit. */
  async claim(): Promise<Draft | undefined> {
    const { tab, hold, newId } = this.options;
    const known = tab.getItem(TAB);
    const candidates = [...(known === null ? [] : [known]), ...this.stored().filter((id) => id !== known)];
    for (const id of candidates) {
      const draft = this.read(id);
      const mine = await hold(PREFIX + id);
      // A duplicated tab starts with a copy of the draft and goes its own way.
      const copied = !mine && id === known && draft !== undefined;
      if (mine || copied) {
        this.use(mine ? id : newId());
        if (copied) await hold(PREFIX + this.id);
        if (draft) return draft;
      }
    }
    if (this.id === '') this.use(newId());
    await hold(PREFIX + this.id);
    return undefined;
  }

  /**
   * Remembers the draft: at once, since a browser that is closed does not always tell, but during changes in a row
   * only now and then. It is asked for what it is when it is written.
   */
  save(draft: () => Draft): void {
    this.pending = draft;
    if (this.timer !== undefined) return;
    this.flush();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, DELAY);
  }

  /** Writes what waits; call when the page is hidden. */
  flush(): void {
    if (!this.pending) return;
    const text = JSON.stringify({ ...this.pending(), time: Date.now() });
    this.pending = undefined;
    const wasFull = this.full;
    this.full = !this.write(text);
    if (this.full && !wasFull) this.options.onFull();
  }

  private use(id: string): void {
    this.id = id;
    this.options.tab.setItem(TAB, id);
  }

  private write(text: string): boolean {
    try {
      this.options.local.setItem(PREFIX + this.id, text);
      return true;
    } catch {
      return false;
    }
  }

  /** Ids of all drafts, newest first; forgets those beyond a number that nobody looks through. */
  private stored(): string[] {
    const { local } = this.options;
    const keys = Array.from({ length: local.length }, (_, index) => local.key(index) ?? '');
    const drafts = keys
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => ({ id: key.slice(PREFIX.length), time: this.timeOf(key) }))
      .sort((a, b) => b.time - a.time);
    for (const { id } of drafts.slice(MOST)) local.removeItem(PREFIX + id);
    return drafts.slice(0, MOST).map(({ id }) => id);
  }

  private timeOf(key: string): number {
    const time = /"time":(\d+)\}$/.exec(this.options.local.getItem(key) ?? '');
    return time ? Number(time[1]) : 0;
  }

  private read(id: string): Draft | undefined {
    try {
      const { document, ...rest } = draftSchema.parse(
        JSON.parse(this.options.local.getItem(PREFIX + id) ?? ''),
      );
      const parsed = parseDocument(document);
      return parsed.document && { ...rest, document: parsed.document };
    } catch {
      return undefined;
    }
  }
}
