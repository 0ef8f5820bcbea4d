import type { CatalogueEntry, Download, ModelSummary } from '../../../server/protocol/models.ts';

/** A model that is here, as the server tells it. */
export function testModel(facts: Partial<ModelSummary> & { readonly name: string }): ModelSummary {
  const plain = {
    builtin: false,
    layout: 'single-file',
    bytes: 4,
    linked: false,
    downloaded: false,
  } as const;
  return { title: facts.name, ...plain, ...facts };
}

export function testEntry(facts: Partial<CatalogueEntry>): CatalogueEntry {
  const place = { name: 'sd.ckpt', files: [], layout: 'file', homepage: 'https://hub.example/a/b' } as const;
  const kind = { role: 'diffusion', methods: [], gated: false, pull: true, own: false } as const;
  return { id: 'sd', title: 'SD', ...place, ...kind, ...facts } as CatalogueEntry;
}

export function testDownload(facts: Partial<Download>): Download {
  const what = { id: '0'.repeat(16), title: 'SD', file: 'sd.ckpt', name: 'sd.ckpt' };
  return { ...what, state: 'waiting', at: 0, bytes: 0, resumable: true, request: { entry: 'sd' }, ...facts };
}
