import type { Problem } from '../../../workflows/schema/problem.ts';
import { editorTexts } from '../editorTexts.ts';

/** A problem's words beside the port that it is about: shorter than in a list, where the place must be named. */
export function problemText(problem: Problem): string {
  return editorTexts.atPort[problem.code] ?? problem.message;
}
