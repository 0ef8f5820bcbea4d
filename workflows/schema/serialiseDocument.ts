import type { WorkflowDocument } from './document.ts';

const ORDER = [
  'format version title description models nodes links groups notes',
  'id type text from to node port params position size x y width height colour collapsed',
]
  .join(' ')
  .split(' ');
const RANK = new Map(ORDER.map((key, index) => [key, index]));

/**
 * The text of a workflow file: equal documents give equal bytes, with keys in one order (known ones as in ORDER, then
 * by name), so that saved workflows compare well under version control.
 */
export function serialiseDocument(document: WorkflowDocument): string {
  return `${JSON.stringify(document, orderKeys, 2)}\n`;
}

function orderKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const rank = (name: string): number => RANK.get(name) ?? ORDER.length;
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : Number(a > b)));
  return Object.fromEntries(entries);
}
