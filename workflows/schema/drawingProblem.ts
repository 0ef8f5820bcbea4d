import type { z } from 'zod';
import { strokesSchema } from '../../drawing/strokes.ts';
import { expectation } from './expectation.ts';
import { foundAt } from './foundAt.ts';

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

/** Nothing that is drawn, or of no kind that there is, is told in a drawing's own words. */
function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.path.length === 0)
    return 'an object with "width", "height" and "ops", the list of what was drawn';
  return issue.code === 'invalid_union' && !('options' in issue)
    ? 'something that is drawn'
    : expectation(issue);
}
