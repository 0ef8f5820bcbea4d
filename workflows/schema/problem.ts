import { z } from 'zod';

/** Everything that can be wrong with a workflow before it runs. A closed set: clients may switch on it. */
export const problemCodes = [
  'malformed',
  'newer-version',
  'too-large',
  'duplicate-node',
  'unknown-node-type',
  'newer-node-version',
  'unknown-port',
  'dangling-link',
  'duplicate-link',
  'type-mismatch',
  'missing-input',
  'bad-parameter',
  'unknown-parameter',
  'cycle',
  'nothing-to-do',
  'missing-file',
  'missing-model',
  'other-model',
  'broken-model',
  'unfit-model',
] as const;

export const problemSchema = z.object({
  code: z.enum(problemCodes),
  /** A sentence: where, what was found, what was expected. */
  message: z.string(),
  node: z.string().optional(),
  /** A port or parameter name. */
  port: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
export type ProblemCode = Problem['code'];
