import type { CatalogueEntry, ModelSummary } from '../protocol/models.ts';
import type { Inspection } from './inspectionMemory.ts';
import type { CatalogueModel } from './modelCatalogue.ts';
import type { RegisterContent } from './modelRegister.ts';
import { isByHand, sumOf } from './publishedModels.ts';

/** The catalogue's entry that a model is: by the sum of its file, or because it was downloaded as it. */
export function entryOf(
  name: string,
  known: {
    readonly inspection: Inspection | undefined;
    readonly register: RegisterContent;
    readonly entries: readonly CatalogueModel[];
  },
): CatalogueModel | undefined {
  const { inspection, register, entries } = known;
  const hash = inspection?.hash;
  const same = hash === undefined ? undefined : entries.find((entry) => sumOf(entry) === hash);
  if (same) return same;
  const record = Object.hasOwn(register.downloaded, name) ? register.downloaded[name] : undefined;
  return record?.entry === undefined ? undefined : entries.find(({ id }) => id === record.entry);
}

/** An entry as people see it, with the model here that it is. */
export function catalogueEntry(entry: CatalogueModel, models: readonly ModelSummary[]): CatalogueEntry {
  const { url: _url, bytes, ...facts } = entry;
  const installed = models.find((model) => model.catalogue === entry.id && !model.missing);
  const size = bytes ?? (entry.layout === 'file' ? entry.files[0]?.bytes : undefined);
  const sha256 = sumOf(entry);
  return {
    ...facts,
    ...(size !== undefined && { bytes: size }),
    ...(sha256 !== undefined && { sha256 }),
    pull: !isByHand(entry),
    ...(installed && { installed: installed.name }),
  };
}
