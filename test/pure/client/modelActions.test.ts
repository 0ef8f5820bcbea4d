import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelApi } from '../../../client/connection/modelApi.ts';
import type { ModelStore } from '../../../client/connection/modelStore.ts';
import { Dialogs } from '../../../client/workbench/dialogs.ts';
import { ModelActions } from '../../../client/workbench/modelActions.ts';
import { Toasts } from '../../../client/workbench/toasts.ts';

afterEach(() => vi.unstubAllGlobals());

/** What a person reads after copying with such a clipboard. */
async function copied(clipboard: object | undefined): Promise<string[]> {
  vi.stubGlobal('navigator', { clipboard });
  const toasts = new Toasts();
  const parts = { api: {} as ModelApi, models: {} as ModelStore, dialogs: new Dialogs(), toasts };
  await new ModelActions(parts).copy('/models', 'The path was copied.');
  return toasts.list.map(({ text }) => text);
}

describe('copying', () => {
  it('is said only when it worked; else the text itself is shown', async () => {
    const refused = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    expect(await copied({ writeText: () => Promise.resolve() })).toEqual(['The path was copied.']);
    for (const clipboard of [undefined, { writeText: refused }]) {
      expect(await copied(clipboard)).toEqual([expect.stringMatching(/Copy it from here: \/models$/)]);
    }
  });
});
