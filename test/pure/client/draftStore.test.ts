import { describe, expect, it, vi } from 'vitest';
import { DraftStore, type Draft } from '../../../client/workbench/draftStore.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';

class MemoryStorage {
  readonly entries = new Map<string, string>();
  full = false;
  get length(): number {
    return this.entries.size;
  }
  key(index: number): string | null {
    return [...this.entries.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.entries.set(key, value);
  }
  removeItem(key: string): void {
    this.entries.delete(key);
  }
}

/** One browser: storage and names that its tabs share. */
class FakeBrowser {
  readonly local = new MemoryStorage();
  readonly held = new Map<string, object>();
  readonly onFull = vi.fn<() => void>();
  private count = 0;

  open(tab = new MemoryStorage()): { store: DraftStore; tab: MemoryStorage; close(): void } {
    const owner = {};
    const hold = (name: string): Promise<boolean> => {
      if (this.held.has(name) && this.held.get(name) !== owner) return Promise.resolve(false);
      this.held.set(name, owner);
      return Promise.resolve(true);
    };
    const newId = (): string => `tab${++this.count}`;
    const store = new DraftStore({ local: this.local, tab, hold, newId, onFull: this.onFull });
    const close = (): void => {
      store.flush();
      for (const [name, by] of this.held) if (by === owner) this.held.delete(name);
    };
    return { store, tab, close };
  }
}

function draft(title: string, over: Partial<Draft> = {}): Draft {
  const lists = { nodes: [], links: [], groups: [], notes: [] };
  const document: WorkflowDocument = {
    format: 'impasto-workflow',
    version: 1,
    title,
    description: '',
    ...lists,
  };
  return { document, changed: true, ...over };
}

describe('the draft', () => {
  it('is none on a first visit', async () => {
    expect(await new FakeBrowser().open().store.claim()).toBeUndefined();
  });

  it('survives a reload, with its file and run', async () => {
    const browser = new FakeBrowser();
    const before = browser.open();
    await before.store.claim();
    before.store.save(() =>
      draft('one', { name: 'One', revision: 'r1', changed: false, run: 'run00000001' }),
    );
    before.close();
    const after = await browser.open(before.tab).store.claim();
    expect(after).toMatchObject({ name: 'One', revision: 'r1', changed: false, run: 'run00000001' });
    expect(after?.document.title).toBe('one');
  });

  it('is written at once, and during changes in a row now and then, and when the page is hidden', async () => {
    vi.useFakeTimers();
    const browser = new FakeBrowser();
    const { store } = browser.open();
    await store.claim();
    const written = (): unknown[] =>
      [...browser.local.entries.values()].map((text) => (JSON.parse(text) as Draft).document.title);
    for (const title of ['one', 'two', 'three']) store.save(() => draft(title));
    expect(written()).toEqual(['one']);
    vi.advanceTimersByTime(1000);
    expect(written()).toEqual(['three']);
    for (const title of ['four', 'five']) store.save(() => draft(title));
    expect(written()).toEqual(['four']);
    store.flush();
    expect(written()).toEqual(['five']);
    vi.useRealTimers();
  });

  it('is taken over from a closed tab, the newest first', async () => {
    const browser = new FakeBrowser();
    for (const title of ['old', 'new']) {
      vi.useFakeTimers({ now: title === 'old' ? 1000 : 2000 });
      const tab = browser.open();
      await tab.store.claim();
      tab.store.save(() => draft(title));
      if (title === 'old') browser.held.set('keep', {});
      tab.store.flush();
      vi.useRealTimers();
    }
    browser.held.clear();
    expect((await browser.open().store.claim())?.document.title).toBe('new');
  });

  it('of another open tab is left alone', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.open(), browser.open()];
    await first.store.claim();
    first.store.save(() => draft('first'));
    first.store.flush();
    expect(await second.store.claim()).toBeUndefined();
    second.store.save(() => draft('second'));
    second.store.flush();
    first.close();
    expect((await browser.open(first.tab).store.claim())?.document.title).toBe('first');
  });

  it('is copied when a tab is duplicated, and each goes its own way', async () => {
    const browser = new FakeBrowser();
    const first = browser.open();
    await first.store.claim();
    first.store.save(() => draft('shared'));
    first.store.flush();
    const tab = new MemoryStorage();
    for (const [key, value] of first.tab.entries) tab.setItem(key, value);
    const copy = browser.open(tab);
    expect((await copy.store.claim())?.document.title).toBe('shared');
    copy.store.save(() => draft('copy'));
    copy.store.flush();
    first.close();
    expect((await browser.open(first.tab).store.claim())?.document.title).toBe('shared');
  });

  it('that cannot be read is no draft, and does not stop the start', async () => {
    const browser = new FakeBrowser();
    browser.local.setItem('impasto.draft.x', '{"document": {"format": "something else"}, "time": 5}');
    browser.local.setItem('impasto.draft.y', 'not JSON');
    expect(await browser.open().store.claim()).toBeUndefined();
  });

  it('says once that the browser is full, and again after it was not', async () => {
    const browser = new FakeBrowser();
    const { store } = browser.open();
    await store.claim();
    const write = (full: boolean): void => {
      browser.local.full = full;
      store.save(() => draft('big'));
      store.flush();
    };
    for (const full of [true, true, false, true]) write(full);
    expect(browser.onFull).toHaveBeenCalledTimes(2);
  });
});
