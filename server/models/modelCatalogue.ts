import { readFile } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../storage/disk.ts';
import { nameProblem } from './modelName.ts';
import { type CatalogueSource, catalogueSourceSchema, isByHand, publishedModels } from './publishedModels.ts';

/** An entry that can be used: with the name that its model gets. */
export interface CatalogueModel extends CatalogueSource {
  readonly name: string;
  readonly own: boolean;
}

export interface CatalogueContent {
  readonly entries: readonly CatalogueModel[];
  /** What is wrong with the person's own file, a sentence each. */
  readonly problems: readonly string[];
}

/** A person's file is small; anything larger is not one. */
const LARGEST = 4 * 1024 * 1024;

/** The published models and a person's own additions, read anew each time. An own entry replaces a published one. */
export async function readCatalogue(ownFile: string): Promise<CatalogueContent> {
  const problems: string[] = [];
  const own = await readOwn(ownFile, problems);
  const replaced = new Set(own.map(({ id }) => id));
  const published = publishedModels.filter(({ id }) => !replaced.has(id));
  return {
    entries: [...published.map((entry) => named(entry, false)), ...own.map((entry) => named(entry, true))],
    problems,
  };
}

async function readOwn(path: string, problems: string[]): Promise<CatalogueSource[]> {
  const file = basename(path);
  let list: unknown;
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > LARGEST) throw new Error('it is too large');
    list = JSON.parse(text);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      problems.push(`The catalogue ${file} cannot be read: ${(error as Error).message}.`);
    return [];
  }
  if (!Array.isArray(list)) {
    problems.push(`The catalogue ${file} must be a list of entries: [ { "id": ... }, ... ].`);
    return [];
  }
  const entries = new Map<string, CatalogueSource>();
  list.forEach((value: unknown, at) => {
    const entry = checkEntry(value);
    const where = `The catalogue ${file}, entry ${at + 1}`;
    if (typeof entry === 'string') problems.push(`${where}: ${entry}.`);
    else if (entries.has(entry.id)) problems.push(`${where}: the id "${entry.id}" is there twice.`);
    else entries.set(entry.id, entry);
  });
  return [...entries.values()];
}

/** The entry, or what is wrong with it as the end of a sentence. */
function checkEntry(value: unknown): CatalogueSource | string {
  const result = catalogueSourceSchema.safeParse(value);
  if (!result.success) return sentenceOf(result.error.issues[0]!);
  const entry = result.data;
  if (entry.repository !== undefined && entry.url !== undefined)
    return 'it must have a repository or a url, not both';
  const pulled = !isByHand(entry);
  if (pulled && entry.layout === 'file' && entry.files.length !== 1)
    return `"files" must name the one file to download, found ${entry.files.length}`;
  if (entry.layout === 'folder' && entry.url !== undefined)
    return 'a folder is downloaded from a repository, not a url';
  const wrong = nameProblem(nameOf(entry));
  return wrong === undefined ? entry : wrong;
}

function sentenceOf({ path, message }: z.core.$ZodIssue): string {
  const field = path.length > 0 ? `"${path.join('.')}" ` : '';
  if (message.endsWith('received undefined')) return `${field}is missing`;
  return `${field}${message.replace(/^Invalid input: /, 'is wrong: ')}`;
}

/** The file's own name, or the repository's. */
function nameOf({ name, layout, files, repository, id }: CatalogueSource): string {
  if (name !== undefined) return name;
  const [file] = files;
  if (layout === 'file' && file) return posix.basename(file.path);
  return repository === undefined ? id : posix.basename(repository);
}

const named = (entry: CatalogueSource, own: boolean): CatalogueModel => ({
  ...entry,
  name: nameOf(entry),
  own,
});
