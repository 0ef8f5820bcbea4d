import type { z } from 'zod';
import { ModelError } from './modelError.ts';

export interface ConfigRules<Schema extends z.ZodType> {
  readonly json: unknown;
  /** For messages. */
  readonly file: string;
  readonly schema: Schema;
  /** Fields that change the network, with the values that are built here; null and absence are always fine. */
  readonly supported: Readonly<Record<string, readonly unknown[]>>;
}

/** Reads a config.json. Throws ModelError with one sentence that names the field. */
export function parseConfig<Schema extends z.ZodType>(rules: ConfigRules<Schema>): z.output<Schema> {
  const { json, file, schema, supported } = rules;
  const result = schema.safeParse(json);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const field = path.join('.') || 'the document';
    const found = JSON.stringify(path.reduce((at, key) => (at as Record<PropertyKey, unknown>)[key], json));
    const expected = message.replace(/^Invalid (input|option): /, '');
    throw new ModelError('config', `${file}: ${field} is ${found?.slice(0, 80)}; ${expected}`);
  }
  const found = json as Record<string, unknown>;
  for (const [field, allowed] of Object.entries(supported)) {
    const value = Object.hasOwn(found, field) ? found[field] : undefined;
    if (value === undefined || value === null || allowed.includes(value)) continue;
    if (Array.isArray(value) && value.every((entry) => allowed.includes(entry))) continue;
    throw new ModelError(
      'unsupported',
      `${file}: ${field} is ${JSON.stringify(value)}, which is not supported`,
    );
  }
  return result.data;
}
