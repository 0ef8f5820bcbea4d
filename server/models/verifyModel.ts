import { posix } from 'node:path';
import type { VerifiedModel } from '../protocol/models.ts';
import { entryOf } from './catalogueEntry.ts';
import { type InspectOptions, inspectFiles } from './inspectFiles.ts';
import type { CatalogueModel } from './modelCatalogue.ts';
import type { ModelFiles } from './modelFiles.ts';
import type { RegisterContent } from './modelRegister.ts';
import type { FoundModel } from './modelsAt.ts';

export interface VerifyOptions extends InspectOptions {
  readonly register: RegisterContent;
  readonly entries: readonly CatalogueModel[];
}

/** Reads the model from end to end and compares the sum of each file with the one published or seen when it was downloaded. */
export async function verifyModel(
  { model, files: { files, signature } }: { readonly model: FoundModel; readonly files: ModelFiles },
  options: VerifyOptions,
): Promise<VerifiedModel> {
  const { register, entries } = options;
  const { name, layout } = model;
  const { hash, sums } = await inspectFiles({ files, single: layout === 'single-file' }, options);
  // One that was damaged has another sum: then its name says what it should be.
  const entry =
    entryOf(name, { inspection: { signature, hash }, register, entries }) ??
    entries.find((published) => published.name === posix.basename(name));
  const expected = { ...register.downloaded[name]?.files, ...publishedSums(entry, layout, files[0]?.path) };
  const compared = Object.keys(expected).filter((path) => sums[path] !== undefined);
  const wrong = compared.find((path) => sums[path] !== expected[path]);
  const known = `${compared.length} of ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (compared.length === 0)
    return {
      name,
      hash,
      message: `"${name}" is readable; no sum was published to compare its ${hash.slice(0, 12)}... with.`,
    };
  if (wrong !== undefined) {
    const message = `"${name}" is not what was published: ${wrong} has the SHA-256 ${sums[wrong]}, expected ${expected[wrong]}. Download it again.`;
    return { name, hash, matches: false, message };
  }
  const what = entry ? `${entry.title}, as published` : 'as it was downloaded';
  return { name, hash, matches: true, message: `"${name}" is ${what} (${known} compared).` };
}

/** A single file goes by any name. */
function publishedSums(
  entry: CatalogueModel | undefined,
  layout: FoundModel['layout'],
  single: string | undefined,
): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const { path, sha256 } of entry?.files ?? [])
    if (sha256 !== undefined) sums[layout === 'single-file' && single !== undefined ? single : path] = sha256;
  return sums;
}
