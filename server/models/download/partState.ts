import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ifAbsent } from '../../../models/files/ifAbsent.ts';
import { isPlainPath, nameProblem } from '../modelName.ts';
import { downloadRequestSchema, sha256Schema } from '../../protocol/models.ts';

export const partFileSchema = z.object({
  /** In the model's folder; of a single file, its name. */
  path: z.string().refine(isPlainPath),
  url: z.string(),
  bytes: z.number().optional(),
  sha256: sha256Schema.optional(),
  /** What the server called this content: the rest is only taken if it still does. */
  validator: z.string().optional(),
  /** Size and sum are what the hub said, not what the catalogue knows. */
  learned: z.literal(true).optional(),
});
export type PartFile = z.infer<typeof partFileSchema>;

const partStateSchema = z.object({
  title: z.string(),
  /** What it will be called in the models folder. */
  name: z.string().refine((name) => nameProblem(name) === undefined),
  layout: z.enum(['file', 'folder']),
  request: downloadRequestSchema,
  /** Where from, for people: a repository or a host. */
  source: z.string(),
  revision: z.string().optional(),
  entry: z.string().optional(),
  page: z.string().optional(),
  /** Empty until the hub has said what there is. */
  files: z.array(partFileSchema),
});
/** A download as it lies on the disk, beside what has been received: enough to go on with it. */
export type PartState = z.infer<typeof partStateSchema>;

/** Undefined when there is none, or none that can be understood. Throws what the system does when it cannot be read. */
export const readPartState = (path: string): Promise<PartState | undefined> =>
  readState(path, partStateSchema);

/** The same for what any download keeps beside it. */
export async function readState<State>(path: string, schema: z.ZodType<State>): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch(ifAbsent(''));
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
