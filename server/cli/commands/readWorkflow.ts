import { readFile } from 'node:fs/promises';
import type { Library } from '../../runs/library.ts';
import { errorCode } from '../../storage/disk.ts';
import { Complaint } from '../complaint.ts';
import { whyNot } from '../../../models/files/whyNot.ts';

/** The text of a workflow file, or the document of the template of that name. Throws Complaint. */
export async function readWorkflow(file: string, library: Library): Promise<unknown> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const template = library.templates.get(file);
    if (template) return template;
    if (errorCode(error) !== 'ENOENT')
      throw new Complaint(`${file} cannot be read: ${whyNot(error)}.`, error);
    const names = [...library.templates.keys()].join(', ');
    throw new Complaint(
      `There is no file ${file}, and no template of that name (there are: ${names}).`,
      error,
    );
  }
}
