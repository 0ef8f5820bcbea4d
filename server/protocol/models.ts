import { z } from 'zod';

/**
 * What a model can be used as. `diffusion`: UNet and autoencoder, perhaps with a text encoder; `preview-decoder`:
 * AutoencoderTiny; `adapter`: PHDiffusion's; `pixel-diffusion`: DiffusionCLIP's; `inpainting`: nine input channels;
 * `exemplar`: Paint by Example; `image-encoder`: its image encoder alone; `metric`: judges pictures.
 */
export const modelRoleSchema = z.enum([
  'diffusion',
  'inpainting',
  'exemplar',
  'unet',
  'autoencoder',
  'text-encoder',
  'image-encoder',
  'preview-decoder',
  'adapter',
  'pixel-diffusion',
  'vgg',
  'clip',
  'metric',
]);

/** SHA-256 in lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** Of a model: the path in the models folder, or what a link is called. Only the server makes a path of it. */
export const modelNameSchema = z.string().min(1, 'must not be empty').max(400, 'is too long');

export const modelSummarySchema = z.object({
  /** What the Load nodes' `model` parameter takes. */
  name: z.string(),
  title: z.string(),
  builtin: z.boolean(),
  layout: z.enum(['diffusers', 'single-file']),
  bytes: z.number(),
  /** What it was recognised as; absent until it has been looked at, or when it was not recognised. */
  role: modelRoleSchema.optional(),
  /** In a few words, e.g. `Stable Diffusion 1.x`. */
  architecture: z.string().optional(),
  /** The networks in it: `UNet`, `autoencoder`, `text encoder`, `image encoder`. */
  parts: z.array(z.string()).readonly().optional(),
  /** Channels at the levels of its UNet, or of the one that an adapter is made for, the largest level first. */
  levels: z.array(z.number()).readonly().optional(),
  /** Timesteps that its UNet was trained with. */
  trainSteps: z.number().optional(),
  /**
   * Identifies the same model everywhere: the SHA-256 of the file's bytes; of a folder, of the lines
   * `sha256  relative/path` of the files that Impasto uses of it, sorted by path. Absent until it is known.
   */
  hash: sha256Schema.optional(),
  /** Lies elsewhere and was added by reference. */
  linked: z.boolean(),
  /** Was downloaded by Impasto: it may delete it again. */
  downloaded: z.boolean(),
  /** A link whose target is gone, or a disk that is not there. */
  missing: z.literal(true).optional(),
  /** Why it cannot be used, a sentence. */
  problem: z.string().optional(),
  /** What a person should know although it can be used, a sentence. */
  note: z.string().optional(),
  /** Id of the catalogue's entry that it is. */
  catalogue: z.string().optional(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;
export const modelsSchema = z.object({ models: z.array(modelSummarySchema) });

export const addModelSchema = z.object({
  /** Of a file or folder on the server's machine, absolute. */
  path: z.string().min(1, 'must not be empty').max(4096, 'is too long'),
  /** What to call it; its own name unless told. */
  name: modelNameSchema.optional(),
});
export const addedModelSchema = z.object({ name: z.string() });

export const removeModelQuerySchema = z.object({
  /** Also a file that Impasto did not download: it is deleted for good. */
  delete: z.enum(['true', 'false']).optional(),
});

export const verifyModelSchema = z.object({ name: modelNameSchema });
export const verifiedModelSchema = z.object({
  name: z.string(),
  hash: sha256Schema,
  /** Absent when nobody published a sum to compare with. */
  matches: z.boolean().optional(),
  message: z.string(),
});
export type VerifiedModel = z.infer<typeof verifiedModelSchema>;

export const catalogueFileSchema = z.object({
  path: z.string(),
  bytes: z.int().min(0).optional(),
  sha256: sha256Schema.optional(),
});

export const catalogueEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  role: modelRoleSchema,
  /** Which methods need it, e.g. `StyleID`. */
  methods: z.array(z.string()),
  /** On the model hub, `owner/name`. */
  repository: z.string().optional(),
  /** `main` unless told. */
  revision: z.string().optional(),
  /** `folder`: everything of the repository that Impasto needs. */
  layout: z.enum(['file', 'folder']),
  /** What is downloaded; of a folder, those files that the catalogue knows more of. */
  files: z.array(catalogueFileSchema),
  /** Name that it gets in the models folder. */
  name: z.string(),
  licence: z.string().optional(),
  licenceUrl: z.string().optional(),
  /** Its licence must be accepted on its page, and a token given, before it can be downloaded. */
  gated: z.boolean(),
  /** Of the whole download, where known. */
  bytes: z.int().min(0).optional(),
  /** Of a single file, where published. */
  sha256: sha256Schema.optional(),
  homepage: z.string(),
  note: z.string().optional(),
  /** False: download it by hand from its homepage, then add it. */
  pull: z.boolean(),
  /** Name of the model here that it is. */
  installed: z.string().optional(),
  /** From the person's own catalogue. */
  own: z.boolean(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;
export const catalogueSchema = z.object({
  entries: z.array(catalogueEntrySchema),
  /** What is wrong with the person's own catalogue, a sentence each; the rest of it is used. */
  problems: z.array(z.string()),
});

export const downloadStates = ['waiting', 'downloading', 'checking', 'done', 'failed', 'cancelled'] as const;

/** Ids are made by the server. */
export const downloadIdSchema = z.string().regex(/^[0-9a-f]{16}$/, 'must be the id of a download');

export const downloadSchema = z.object({
  id: downloadIdSchema,
  /** When this was so, in milliseconds since 1970: what was told later may arrive earlier. */
  at: z.number(),
  title: z.string(),
  /** What is being fetched: of a folder, the file at work. */
  file: z.string(),
  state: z.enum(downloadStates),
  /** Received so far, earlier attempts included. */
  bytes: z.number(),
  total: z.number().optional(),
  /** Bytes per second; while downloading. */
  rate: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** Why it failed or waits, and what to do, in a sentence or two. */
  message: z.string().optional(),
  /** Asking for the same again goes on where this one stopped. */
  resumable: z.boolean(),
  /** The model that it became or will become. */
  name: z.string(),
  /** Send this to POST /api/downloads to start it again. */
  request: z.lazy(() => downloadRequestSchema),
});
export type Download = z.infer<typeof downloadSchema>;
export const downloadsSchema = z.object({ downloads: z.array(downloadSchema) });

/** An entry of the catalogue, or a file of a repository of the hub; without `file`, all of it that is needed. */
export const downloadRequestSchema = z.union([
  z.strictObject({ entry: z.string().min(1).max(200) }),
  z.strictObject({
    repository: z.string().min(1).max(200),
    file: z.string().min(1).max(400).optional(),
    revision: z.string().min(1).max(200).optional(),
    /** Weights in half precision, of a folder that has both. */
    half: z.boolean().optional(),
  }),
]);
export type DownloadRequest = z.infer<typeof downloadRequestSchema>;
export const removeDownloadQuerySchema = z.object({
  /** Also removes what was received so far. */
  discard: z.enum(['true', 'false']).optional(),
});

export const hubFactsSchema = z.object({
  /** Address of the hub. */
  address: z.string(),
  /** Nothing is downloaded: Impasto was started so. */
  offline: z.boolean(),
  /** Whether an access token is sent to the hub, and where it comes from. */
  token: z.enum(['none', 'saved', 'environment']),
});
export type HubFacts = z.infer<typeof hubFactsSchema>;
export const hubTokenSchema = z.object({ token: z.string().max(1_000, 'is too long').nullable() });
