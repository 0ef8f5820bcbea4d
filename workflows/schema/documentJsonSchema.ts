import { z } from 'zod';
import { documentSchema } from './document.ts';

/** JSON Schema (draft 2020-12) of the workflow document, for other programs and for editors of JSON. */
export function documentJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Impasto workflow', ...z.toJSONSchema(documentSchema, { io: 'input' }) };
}
