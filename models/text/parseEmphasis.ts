/** A stretch of a prompt and how much it counts; 1 = as it is. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** Weights beyond these make noise of any picture. */
const [MIN_WEIGHT, MAX_WEIGHT] = [-10, 10];
const STEP = 1.1;

/**
 * Emphasis in a prompt, as written for AUTOMATIC1111's web UI (wiki "Features", Attention/emphasis): `(text)` counts
 * 1.1 times, `[text]` 1/1.1 times, `(text:1.5)` 1.5 times; they nest and multiply, and a backslash before a bracket makes
 * it a bracket. Brackets without a partner end with the text, or stand for themselves.
 */
export function parseEmphasis(prompt: string): WeightedText[] {
  const parts: { text: string; weight: number }[] = [];
  const open: { bracket: string; from: number }[] = [];
  const multiply = (from: number, by: number): void => {
    for (const part of parts.slice(from)) part.weight *= by;
  };
  const close = (bracket: string, by: number): boolean => {
    if (open.at(-1)?.bracket !== bracket) return false;
    multiply(open.pop()!.from, by);
    return true;
  };
  const token = /\\([()[\]\\])|[()[\]]|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|[^\\()[\]:]+|[\\:]/g;
  for (const [text, escaped, weight] of prompt.matchAll(token)) {
    if (escaped !== undefined) parts.push({ text: escaped, weight: 1 });
    else if (text === '(' || text === '[') open.push({ bracket: text, from: parts.length });
    else if (weight !== undefined && close('(', clamp(Number(weight)))) continue;
    else if (text === ')' && close('(', STEP)) continue;
    else if (text === ']' && close('[', 1 / STEP)) continue;
    else parts.push({ text, weight: 1 });
  }
  for (const { bracket, from } of open) multiply(from, bracket === '(' ? STEP : 1 / STEP);
  return merged(parts);
}

function clamp(weight: number): number {
  return Math.min(MAX_WEIGHT, Math.max(MIN_WEIGHT, weight));
}

function merged(parts: readonly WeightedText[]): WeightedText[] {
  const result: WeightedText[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.weight === part.weight) result[result.length - 1] = { ...part, text: last.text + part.text };
    else result.push(part);
  }
  return result;
}
