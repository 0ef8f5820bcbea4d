import type { z } from 'zod';
import { DOCUMENT_VERSION, LIMITS, documentSchema, type WorkflowDocument } from './document.ts';
import { expectation } from './expectation.ts';
import { foundAt } from './foundAt.ts';
import { inspectJson } from './inspectJson.ts';
import { migrateDocument } from './migrate.ts';
import type { Problem } from './problem.ts';

export type ParsedDocument =
  | { readonly document: WorkflowDocument; readonly problems?: undefined }
  | { readonly document?: undefined; readonly problems: readonly Problem[] };

/** More than this many sentences help nobody. */
const MOST_PROBLEMS = 100;

/**
 * Reads a workflow from a file's text or from parsed JSON: checks sizes before anything else, lifts older versions
 * to the present one and answers the document, or every problem found. Node types are not looked at here (see
 * validateWorkflow), so that a workflow with nodes this program does not know opens all the same.
 */
export function parseDocument(source: unknown): ParsedDocument {
  const json = typeof source === 'string' ? parseText(source) : { value: source };
  if ('problem' in json) return { problems: [json.problem] };
  const early = inspectJson(json.value) ?? checkKind(json.value) ?? checkCounts(json.value);
  if (early) return { problems: [early] };

  const fields = json.value as Record<string, unknown>;
  const migrated = migrateDocument(fields, fields['version'] as number);
  const parsed = documentSchema.safeParse(migrated);
  if (!parsed.success) return { problems: shapeProblems(parsed.error, migrated) };
  const duplicates = duplicateNodes(parsed.data);
  return duplicates.length > 0 ? { problems: duplicates } : { document: parsed.data };
}

function parseText(text: string): { value: unknown } | { problem: Problem } {
  if (text.length > LIMITS.documentBytes) {
    const found = (text.length / 1024 / 1024).toFixed(1);
    const most = LIMITS.documentBytes / 1024 / 1024;
    return { problem: tooLarge(`The workflow file has ${found} MB; a workflow has at most ${most} MB.`) };
  }
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { problem: malformed(`The file is not valid JSON: ${(error as Error).message}.`) };
  }
}

function checkKind(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return malformed('A workflow must be a JSON object with "format": "impasto-workflow".');
  }
  const { format, version } = value as Record<string, unknown>;
  if (format !== 'impasto-workflow') {
    const found = format === undefined ? 'none' : JSON.stringify(format).slice(0, 60);
    return malformed(
      `This JSON is not an Impasto workflow: expected "format": "impasto-workflow", found ${found}.`,
    );
  }
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    const wrong = version === undefined ? 'none' : JSON.stringify(version).slice(0, 60);
    return malformed(
      `The workflow's "version" must be a whole number from 0 to ${DOCUMENT_VERSION}, found ${wrong}.`,
    );
  }
  if (version <= DOCUMENT_VERSION) return undefined;
  const message = `This workflow was saved by a newer Impasto (file version ${version}); this one reads versions up to ${DOCUMENT_VERSION}. Please update Impasto to open it.`;
  return { code: 'newer-version', message };
}

/** One sentence instead of thousands, before the costly checks. */
function checkCounts(value: unknown): Problem | undefined {
  for (const name of ['nodes', 'links', 'groups', 'notes', 'models'] as const) {
    const list = (value as Record<string, unknown>)[name];
    const count = typeof list === 'object' && list !== null ? Object.keys(list).length : 0;
    if (count > LIMITS[name]) {
      return tooLarge(`The workflow has ${count} ${name}; a workflow has at most ${LIMITS[name]}.`);
    }
  }
  return undefined;
}

function shapeProblems(error: z.ZodError, source: unknown): Problem[] {
  const problems = error.issues.slice(0, MOST_PROBLEMS).map((issue): Problem => {
    const { path } = issue;
    const node = nodeIdAt(path, source);
    const place = path.length > 0 ? pathText(path) : 'the workflow';
    const owner = node === undefined ? '' : ` (node "${node}")`;
    const found =
      issue.code === 'invalid_key' ? JSON.stringify(shortened(path.at(-1)!)) : foundAt(path, source);
    const problem = malformed(`In ${place}${owner}: expected ${expectation(issue)}, found ${found}.`);
    const port =
      node !== undefined && path[2] === 'params' && path[3] !== undefined ? String(path[3]) : undefined;
    return { ...problem, ...(node !== undefined && { node }), ...(port !== undefined && { port }) };
  });
  const left = error.issues.length - problems.length;
  if (left > 0) problems.push(malformed(`There are ${left} more problems of this kind.`));
  return problems;
}

/** Two nodes with one id make every link to it ambiguous. */
export function duplicateNodes(document: WorkflowDocument): Problem[] {
  const counts = new Map<string, number>();
  for (const { id } of document.nodes) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([node, count]) => ({
      code: 'duplicate-node',
      message: `${count} nodes have the id "${node}"; every node needs an id of its own.`,
      node,
    }));
}

function nodeIdAt(path: readonly PropertyKey[], source: unknown): string | undefined {
  if (path[0] !== 'nodes' || typeof path[1] !== 'number') return undefined;
  const id = (source as { nodes?: { id?: unknown }[] }).nodes?.[path[1]]?.id;
  return typeof id === 'string' && id.length <= 64 ? id : undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${shortened(part)}`))
    .join('')
    .replace(/^\./, '');
}

const shortened = (name: PropertyKey): string => String(name).slice(0, 64);
const malformed = (message: string): Problem => ({ code: 'malformed', message });
const tooLarge = (message: string): Problem => ({ code: 'too-large', message });
