import { z } from 'zod';
import { MOST_MODELS, modelTableSchema } from './modelReference.ts';

/** The version that this program writes; older ones are migrated when read (workflows/schema/migrate.ts). */
export const DOCUMENT_VERSION = 1;

export const LIMITS = {
  nodes: 2_000,
  links: 10_000,
  groups: 500,
  notes: 500,
  models: MOST_MODELS,
  textLength: 100_000,
  documentBytes: 8 * 1024 * 1024,
} as const;

/** Ids come from shared files: plain characters only, and never a name that an object's prototype answers to. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']);
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, '1 to 64 letters, digits, dots, dashes or underscores')
  .refine((id) => !RESERVED.has(id), 'a name that is not reserved');

const typeSchema = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'a type like family/name')
  .max(100);

const coordinate = z.number().min(-1e6).max(1e6);
const pointSchema = z.object({ x: coordinate, y: coordinate });
const sizeSchema = z.object({ width: z.number().min(1).max(1e5), height: z.number().min(1).max(1e5) });
const text = z.string().max(LIMITS.textLength);

export const nodeSchema = z.object({
  id: idSchema,
  /** Node type, `family/name`; a type this program does not know is kept as it is. */
  type: typeSchema,
  version: z.int().min(1).max(10_000),
  params: z.record(z.string().max(64), z.json()),
  position: pointSchema,
  width: z.number().min(120).max(2000).optional(),
  collapsed: z.boolean().optional(),
  title: z.string().max(200).optional(),
});

const endSchema = z.object({ node: idSchema, port: idSchema });
export const linkSchema = z.object({ from: endSchema, to: endSchema });

export const groupSchema = z.object({
  id: idSchema,
  title: z.string().max(200),
  position: pointSchema,
  size: sizeSchema,
  colour: z.string().max(32).optional(),
});

export const noteSchema = z.object({ id: idSchema, text, position: pointSchema, size: sizeSchema });

/** What the editor saves, what the API runs and what a person shares: one document. */
export const documentSchema = z.object({
  format: z.literal('impasto-workflow'),
  version: z.literal(DOCUMENT_VERSION),
  title: z.string().max(200),
  description: text,
  models: modelTableSchema.optional(),
  nodes: z.array(nodeSchema).max(LIMITS.nodes),
  links: z.array(linkSchema).max(LIMITS.links),
  groups: z.array(groupSchema).max(LIMITS.groups),
  notes: z.array(noteSchema).max(LIMITS.notes),
});

export type WorkflowDocument = z.infer<typeof documentSchema>;
export type WorkflowNode = z.infer<typeof nodeSchema>;
export type WorkflowLink = z.infer<typeof linkSchema>;
export type WorkflowGroup = z.infer<typeof groupSchema>;
export type WorkflowNote = z.infer<typeof noteSchema>;
