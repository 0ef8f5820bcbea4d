import type { CatalogueEntry, ModelSummary } from '../../protocol/models.ts';
import { printable } from '../../models/printable.ts';
import { sizeText } from '../../models/sizeText.ts';

const NAME_WIDTH = 36;
const SIZE_WIDTH = 8;

/** A model in a line, and what there is to say about it below. */
export function modelText(model: ModelSummary): string {
  const { name, title, bytes, role, architecture, hash, linked, downloaded, problem, note } = model;
  const what = [architecture ?? role, linked && 'added by reference', downloaded && 'downloaded'];
  const facts = [what.filter(Boolean).join(', '), hash && `SHA-256 ${hash.slice(0, 12)}`];
  const line = `${name.padEnd(NAME_WIDTH)} ${sizeText(bytes).padStart(SIZE_WIDTH)}  ${facts.filter(Boolean).join('  ')}`;
  const below = [title !== name && !model.builtin && title, problem, note];
  const lines = [line.trimEnd(), ...below.flatMap((text) => (text ? [`  ${text}`] : []))];
  return lines.map(printable).join('\n');
}

/** An entry of the catalogue: how to get it first, then what it is. */
export function entryText(entry: CatalogueEntry): string {
  const { id, title, bytes, methods, licence, gated, pull, installed, homepage, note } = entry;
  const size = bytes === undefined ? '' : sizeText(bytes);
  const state = installed === undefined ? (pull ? '' : 'by hand') : `here as "${installed}"`;
  const line = `${id.padEnd(NAME_WIDTH)} ${size.padStart(SIZE_WIDTH)}  ${[title, state].filter(Boolean).join('  ')}`;
  const facts = [methods.join(', '), licence, gated && 'needs an access token', homepage];
  return [line, `  ${facts.filter(Boolean).join(' | ')}`, ...(note === undefined ? [] : [`  ${note}`])].join(
    '\n',
  );
}
