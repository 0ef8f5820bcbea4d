import { z } from 'zod';
import {
  groupSchema,
  LIMITS,
  linkSchema,
  nodeSchema,
  noteSchema,
} from '../../../workflows/schema/document.ts';
import { modelTableSchema } from '../../../workflows/schema/modelReference.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import type { Fragment } from './editCommand.ts';

const FORMAT = 'impasto-fragment';

const fragmentSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  nodes: z.array(nodeSchema).max(LIMITS.nodes),
  links: z.array(linkSchema).max(LIMITS.links),
  groups: z.array(groupSchema).max(LIMITS.groups),
  notes: z.array(noteSchema).max(LIMITS.notes),
  models: modelTableSchema.optional(),
});

/** What copying puts on the clipboard: JSON that can be pasted here, in another window, or into a chat. */
export function fragmentToText(fragment: Fragment): string {
  return JSON.stringify({ format: FORMAT, version: 1, ...fragment }, null, 2);
}

/** Reads a copied part, or a whole workflow, from text. Undefined when the text is neither. */
export function fragmentFromText(text: string): Fragment | undefined {
  if (text.length > LIMITS.documentBytes || !text.trimStart().startsWith('{')) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fragment = fragmentSchema.safeParse(json);
  if (fragment.success) return fragment.data;
  return parseDocument(json).document;
}
