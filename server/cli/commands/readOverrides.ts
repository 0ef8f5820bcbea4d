import { readFile } from 'node:fs/promises';
import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import type { Problem } from '../../../workflows/schema/problem.ts';
import { fileNameSchema } from '../../protocol/runs.ts';
import { type Library, UnsupportedFile } from '../../runs/library.ts';
import type { FileStore } from '../../storage/fileStore.ts';
import { Complaint } from '../complaint.ts';
import { whyNot } from '../../../models/files/whyNot.ts';

export interface Overrides {
  readonly values: Record<string, WorkflowNode['params'][string]>;
  readonly problems: readonly Problem[];
}

/**
 * The words after `--set`, as overrides. Where the workflow's node takes a picture, the value is a file's path: the
 * file is put into the store, and its reference takes the path's place. A drawing is given as JSON.
 */
export async function readOverrides(
  words: readonly string[],
  workflow: unknown,
  { library, files }: { readonly library: Library; readonly files: FileStore },
): Promise<Overrides> {
  const types = new Map(parseDocument(workflow).document?.nodes.map(({ id, type }) => [id, type]));
  const values: Overrides['values'] = {};
  const problems: Problem[] = [];
  for (const word of words) {
    const [, name, node, port, value] = /^((.+)\.([^.=]+))=(.*)$/s.exec(word) ?? [];
    if (name === undefined || node === undefined || port === undefined || value === undefined)
      throw new Complaint(`"--set ${word}" must look like node.parameter=value.`);
    const parameters = library.nodes.get(types.get(node) ?? '')?.parameters ?? [];
    const control = parameters.find((parameter) => parameter.name === port)?.control;
    if (control === 'strokes') values[name] = readDrawing(word, value);
    else if (control !== 'image' || isReference(value, library)) values[name] = value;
    else {
      const stored = await storePicture(value, { library, files });
      if (typeof stored === 'string') values[name] = stored;
      else problems.push({ ...stored, node, port });
    }
  }
  return { values, problems };
}

/** Its form is checked with the rest of the workflow. */
function readDrawing(word: string, value: string): Overrides['values'][string] {
  try {
    return JSON.parse(value) as Overrides['values'][string];
  } catch {
    const short = word.length > 60 ? `${word.slice(0, 60)}…` : word;
    throw new Complaint(
      `"--set ${short}" must be a drawing in JSON, like {"width":512,"height":512,"ops":[{"op":"all"}]}.`,
    );
  }
}

function isReference(value: string, library: Library): boolean {
  return value === '' || fileNameSchema.safeParse(value).success || library.samplePath(value) !== undefined;
}

async function storePicture(
  path: string,
  { library, files }: { readonly library: Library; readonly files: FileStore },
): Promise<string | Problem> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { code: 'missing-file', message: `The picture ${path} cannot be read: ${whyNot(error)}.` };
  }
  try {
    const picture = await library.inspectPicture(bytes);
    return await files.put(picture.bytes, picture.extension);
  } catch (error) {
    if (error instanceof UnsupportedFile)
      return { code: 'bad-parameter', message: `${path}: ${error.message}` };
    throw error;
  }
}
