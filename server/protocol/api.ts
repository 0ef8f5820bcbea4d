import { z } from 'zod';
import { nodeDescriptionSchema } from '../../workflows/schema/nodeDescription.ts';
import { systemStateSchema } from './events.ts';

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

export const modelSummarySchema = z.object({
  /** What the Load Diffusion Model node's `model` parameter takes. */
  name: z.string(),
  title: z.string(),
  builtin: z.boolean(),
  layout: z.enum(['diffusers', 'single-file']),
  bytes: z.number(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

export const systemSchema = z.object({
  version: z.string(),
  node: z.string(),
  device: z.string(),
  threads: z.int(),
  memoryBytes: z.number(),
  modelsFolder: z.string(),
  models: z.array(modelSummarySchema),
  state: systemStateSchema,
});
export type SystemInfo = z.infer<typeof systemSchema>;

export const nodesSchema = z.object({ nodes: z.array(nodeDescriptionSchema) });

export const workflowNameSchema = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._()-]{0,99}$/u,
    'must be 1 to 100 letters, digits, spaces, dots, dashes, underscores or parentheses',
  )
  .refine(
    (name) => !name.includes('..') && !/[ .]$/.test(name),
    'must not contain ".." or end in a dot or space',
  );

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
  role: z.enum(['photo', 'painting']),
});
export type Sample = z.infer<typeof sampleSchema>;
