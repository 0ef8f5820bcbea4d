import { z } from 'zod';

/** Models that one workflow may name; one for each node would be plenty. */
export const MOST_MODELS = 200;

/**
 * What a workflow says of a model that its nodes name, so that the very same one is found on another machine, whatever
 * it is called there. All of it is optional: a template may only say which entries of the catalogue would do.
 */
export const modelReferenceSchema = z.object({
  /** What it is used as; names that a newer Impasto adds are kept. */
  role: z.string().max(40).optional(),
  title: z.string().max(200).optional(),
  /** SHA-256 of the file as a hub publishes it; of a folder, over the sums of its files. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256: 64 lower-case hexadecimal digits')
    .optional(),
  bytes: z.int().min(0).optional(),
  /** Entries of the catalogue that are this model, or that would do as well; the best one first. */
  catalogue: z.array(z.string().max(200)).max(20).optional(),
});
export type ModelReference = z.infer<typeof modelReferenceSchema>;

/** By the name that the parameters use. */
export const modelTableSchema = z
  .record(z.string().min(1).max(400), modelReferenceSchema)
  .refine((table) => Object.keys(table).length <= MOST_MODELS, `at most ${MOST_MODELS} models`);
export type ModelTable = z.infer<typeof modelTableSchema>;

/** What the workflow says of the model of that name. Names come from files: never through an object's prototype. */
export function referenceOf(
  { models }: { readonly models?: ModelTable | undefined },
  name: string,
): ModelReference | undefined {
  return models && Object.hasOwn(models, name) ? models[name] : undefined;
}
