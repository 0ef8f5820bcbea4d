import type { z } from 'zod';
import { strokesSchema } from '../../drawing/strokes.ts';
import { foundAt } from './foundAt.ts';

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
};

/** The first thing that is wrong in a drawing (drawing/strokes.ts): where, what was expected and what was found. */
export function drawingProblem(drawing: unknown): string | undefined {
  const [issue] = strokesSchema.safeParse(drawing).error?.issues ?? [];
  if (!issue) return undefined;
  const place = placeOf(issue.path);
  // Its own rules say what they found.
  if (issue.code === 'custom') return `${place} must be ${issue.message}.`;
  if (issue.code === 'unrecognized_keys') {
    return `${place} has "${issue.keys[0]!.slice(0, 40)}", which is no part of it.`;
  }
  return `${place} must be ${expected(issue)}; found ${foundAt(issue.path, drawing)}.`;
}

function placeOf(path: readonly PropertyKey[]): string {
  const [first, index, name] = path;
  if (first === undefined) return 'it';
  if (index === undefined) return `"${String(first)}"`;
  const operation = `operation ${Number(index) + 1}`;
  return name === undefined ? operation : `"${String(name)}" of ${operation}`;
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.path.length === 0
        ? 'an object with "width", "height" and "ops", the list of what was drawn'
        : (kinds[issue.expected] ?? issue.expected);
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big': {
      const { origin, maximum } = issue;
      if (origin === 'array') return `a list of at most ${maximum}`;
      return origin === 'string' ? `text of at most ${maximum} characters` : `at most ${maximum}`;
    }
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return 'options' in issue
        ? `one of ${(issue.options as string[]).join(', ')}`
        : 'something that is drawn';
    default:
      return issue.message;
  }
}
