import { z } from 'zod';
import published from '../../models/catalog/published.json' with { type: 'json' };
import { catalogueFileSchema, modelRoleSchema, sha256Schema } from '../protocol/models.ts';

const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' });
/** A path inside a repository: never out of it. */
const filePath = z
  .string()
  .regex(/^[\w.+@ -]+(\/[\w.+@ -]+)*$/, 'must be a plain path with slashes')
  .refine((path) => !path.split('/').some((part) => /^\.+$/.test(part)), 'must not contain ".."');

/** `owner/name` on a model hub. */
export const repositorySchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/, 'must look like owner/name');

/** One entry of a catalogue's file. */
export const catalogueSourceSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be lower-case letters, digits, dots and dashes'),
  title: z.string().min(1).max(200),
  role: modelRoleSchema,
  methods: z.array(z.string()).default([]),
  /** On the hub; or else the addresses of the files, or nothing: then it is downloaded by hand. */
  repository: repositorySchema.optional(),
  revision: z.string().max(200).optional(),
  url: address.optional(),
  layout: z.enum(['file', 'folder']).default('file'),
  files: z.array(catalogueFileSchema.extend({ path: filePath })).default([]),
  /** What it is called in the models folder; the file's name unless told. */
  name: z.string().optional(),
  licence: z.string().optional(),
  licenceUrl: address.optional(),
  gated: z.boolean().default(false),
  /** Of a whole folder, about. */
  bytes: z.int().min(0).optional(),
  homepage: address,
  note: z.string().optional(),
});
export type CatalogueSource = z.infer<typeof catalogueSourceSchema>;

/** The published files that the five methods need. */
export const publishedModels: readonly CatalogueSource[] = catalogueSourceSchema.array().parse(published);

/** Where the sum of a model's single file can be compared. */
export const sumOf = ({ files, layout }: CatalogueSource): z.infer<typeof sha256Schema> | undefined =>
  layout === 'file' ? files[0]?.sha256 : undefined;

/** Whether only a person can get it, from its page. */
export const isByHand = ({ repository, url }: Pick<CatalogueSource, 'repository' | 'url'>): boolean =>
  repository === undefined && url === undefined;
