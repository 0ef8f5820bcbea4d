import { z } from 'zod';
import { nodeDescriptionSchema } from '../../workflows/schema/nodeDescription.ts';
import { systemStateSchema } from './events.ts';
import { modelSummarySchema } from './models.ts';
import { runIdSchema, runSummarySchema, stepRecordSchema } from './runs.ts';

/** Every error answer of the API. The codes are a closed set. */
export const apiErrorCodes = [
  'bad-request',
  'not-found',
  'too-large',
  'unsupported-file',
  'conflict',
  'forbidden-origin',
  'no-space',
  'engine-unavailable',
  'internal',
] as const;
export const apiErrorSchema = z.object({
  error: z.object({ code: z.enum(apiErrorCodes), message: z.string() }),
});
export type ApiErrorCode = (typeof apiErrorCodes)[number];

/** Where models run, and why: sentences for people. */
export const deviceChoiceSchema = z.object({
  title: z.string(),
  reason: z.string(),
  precisionNote: z.string(),
  /** What keeps models from running on it, when it was asked for all the same. */
  problem: z.string().optional(),
  /** Every other device, and why it was not taken; empty when one was asked for by name. */
  others: z.array(z.object({ title: z.string(), note: z.string() })),
});
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;

export const systemSchema = z.object({
  version: z.string(),
  node: z.string(),
  device: z.string(),
  /** What models compute in; absent until the engine has started. */
  precision: z.string().optional(),
  /** Absent until the engine has started. */
  deviceChoice: deviceChoiceSchema.optional(),
  threads: z.int(),
  memoryBytes: z.number(),
  modelsFolder: z.string(),
  models: z.array(modelSummarySchema),
  state: systemStateSchema,
});
export type SystemInfo = z.infer<typeof systemSchema>;

export const nodesSchema = z.object({ nodes: z.array(nodeDescriptionSchema) });

/** Names that Windows keeps for devices, whatever the extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

export const workflowNameSchema = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._()-]{0,99}$/u,
    'must be 1 to 100 letters, digits, spaces, dots, dashes, underscores or parentheses',
  )
  .refine(
    (name) => !name.includes('..') && !/[ .]$/.test(name),
    'must not contain ".." or end in a dot or space',
  )
  .refine((name) => !DEVICE_NAME.test(name.split('.')[0]!.trim()), 'is a name that some systems reserve')
  .refine((name) => new TextEncoder().encode(name).length <= 200, 'is too long');

export const workflowSummarySchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  template: z.boolean(),
  nodes: z.int(),
  modified: z.string().optional(),
  /** Changes with every save; send it back as If-Match so that nobody's save is overwritten unseen. */
  revision: z.string().optional(),
});
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

export const workflowsSchema = z.object({ workflows: z.array(workflowSummarySchema) });
export const renameWorkflowSchema = z.object({ to: workflowNameSchema });
export const savedWorkflowSchema = z.object({ name: z.string(), revision: z.string() });

export const uploadSchema = z.object({
  /** What Load Image's `image` parameter takes. */
  reference: z.string(),
  width: z.int(),
  height: z.int(),
  /** A workflow found inside the picture. */
  workflow: z.json().optional(),
});
export type Upload = z.infer<typeof uploadSchema>;

export const sampleSchema = z.object({
  reference: z.string(),
  title: z.string(),
  role: z.enum(['photo', 'painting', 'cut-out']),
});
export type Sample = z.infer<typeof sampleSchema>;
export const samplesSchema = z.object({ samples: z.array(sampleSchema) });

/** Newest first. For the next page, send the last id as `before`. */
export const runsQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: runIdSchema.optional(),
});
export const runsSchema = z.object({ runs: z.array(runSummarySchema), more: z.boolean() });
export const stepsSchema = z.object({ steps: z.array(stepRecordSchema) });

/** A thumbnail of that width (its height follows), instead of the picture itself. */
export const thumbnailWidths = [64, 128, 256, 512, 1024] as const;
export const fileQuerySchema = z.object({
  width: z.coerce
    .number()
    .pipe(z.literal(thumbnailWidths, `must be one of ${thumbnailWidths.join(', ')}`))
    .optional(),
});
