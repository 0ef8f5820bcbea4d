import { z } from 'zod';
import { documentSchema, type WorkflowDocument } from '../../../workflows/schema/document.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import { serialiseDocument } from '../../../workflows/schema/serialiseDocument.ts';
import {
  type WorkflowSummary,
  renameWorkflowSchema,
  savedWorkflowSchema,
  workflowNameSchema,
  workflowsSchema,
} from '../../protocol/api.ts';
import type { Library } from '../../runs/library.ts';
import type { Expected, SavedWorkflow, WorkflowStore } from '../../storage/workflowStore.ts';
import { ApiError, WorkflowProblems, notFound } from '../apiError.ts';
import { type Route, route } from '../route.ts';

const named = z.object({ name: workflowNameSchema });
const done = z.object({ ok: z.literal(true) });
const etag = (revision: string) => ({ ETag: `"${revision}"` });
const missing = (name: string) => notFound(`workflow named "${name}"`);

export interface WorkflowRouteParts {
  readonly store: WorkflowStore;
  readonly library: Library;
  /** Tells every client that the list of workflows changed. */
  readonly changed: () => void;
}

/** Saved workflows: list, open, save, rename, delete, bring back. */
export function workflowRoutes({ store, library, changed }: WorkflowRouteParts): Route[] {
  const list = route({
    method: 'get',
    path: '/api/workflows',
    summary: 'Saved workflows and templates.',
    answer: workflowsSchema,
    handle: async () => {
      const templates = [...library.templates]
        .map(([name, document]) => templateSummary(name, document))
        .toSorted((a, b) => a.title.localeCompare(b.title, 'en'));
      const saved = (await store.list()).map(savedSummary);
      return { json: { workflows: [...templates, ...saved] } };
    },
  });
  const read = route({
    method: 'get',
    path: '/api/workflows/:name',
    summary: 'A saved workflow; its revision is the ETag.',
    params: named,
    answer: documentSchema,
    errors: ['not-found'],
    problems: true,
    handle: async ({ params }) => {
      const saved = await store.read(params.name);
      if (!saved) throw missing(params.name);
      return { json: documentOf(saved.text, library), headers: etag(saved.revision) };
    },
  });
  return [list, read, saveRoute({ store, library, changed }), ...changeRoutes(store, changed)];
}

function saveRoute({ store, library, changed }: WorkflowRouteParts): Route {
  return route({
    method: 'put',
    path: '/api/workflows/:name',
    summary: 'Saves a workflow. It need not be ready to run, only well-formed.',
    params: named,
    // Looked at by parseDocument, which says more than a schema and minds sizes first.
    body: z.unknown(),
    headers: {
      'If-Match': 'The revision that was opened; 409 when somebody else saved since.',
      'If-None-Match': '`*` to create: 409 when the name is taken.',
    },
    answer: savedWorkflowSchema,
    errors: ['conflict', 'no-space', 'too-large'],
    problems: true,
    handle: async ({ params, body, header }) => {
      const text = serialiseDocument(documentOf(body, library));
      const revision = await store.save(params.name, text, expected(header));
      changed();
      return { json: { name: params.name, revision }, headers: etag(revision) };
    },
  });
}

function changeRoutes(store: WorkflowStore, changed: () => void): Route[] {
  const settle = (ok: boolean, error: ApiError) => {
    if (!ok) throw error;
    changed();
    return { json: { ok: true } };
  };
  return [
    route({
      method: 'delete',
      path: '/api/workflows/:name',
      summary: 'Moves a workflow to the trash.',
      params: named,
      headers: { 'If-Match': 'Optional: the revision that is meant.' },
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params: { name }, header }) =>
        settle(await store.remove(name, expected(header)), missing(name)),
    }),
    route({
      method: 'post',
      path: '/api/workflows/:name/restore',
      summary: 'Brings a deleted workflow back from the trash.',
      params: named,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params: { name } }) =>
        settle(await store.restore(name), notFound(`workflow named "${name}" in the trash`)),
    }),
    route({
      method: 'post',
      path: '/api/workflows/:name/rename',
      summary: 'Gives a workflow another name; 409 when that is taken.',
      params: named,
      body: renameWorkflowSchema,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params: { name }, body }) => settle(await store.rename(name, body.to), missing(name)),
    }),
  ];
}

/** Parsed and lifted to this program's versions. Throws WorkflowProblems. */
function documentOf(source: unknown, library: Library): WorkflowDocument {
  const { document, problems } = parseDocument(source);
  if (!document) throw new WorkflowProblems(problems);
  return library.upgrade(document);
}

function expected(header: (name: string) => string | undefined): Expected {
  if (header('If-None-Match')?.trim() === '*') return 'none';
  const match = header('If-Match')?.trim();
  if (match === undefined || match === '*') return 'any';
  return { revision: match.replace(/^(W\/)?"(.*)"$/, '$2') };
}

function templateSummary(name: string, { title, description, nodes }: WorkflowDocument): WorkflowSummary {
  return { name, title, description, template: true, nodes: nodes.length };
}

/** A file that cannot be read stays in the list, so that it does not seem lost. */
function savedSummary({ name, text, revision, modified }: SavedWorkflow): WorkflowSummary {
  const { document, problems } = parseDocument(text);
  const facts = document
    ? { title: document.title, description: document.description, nodes: document.nodes.length }
    : {
        title: name,
        description: `This file cannot be read. ${problems[0]?.message ?? ''}`.trim(),
        nodes: 0,
      };
  return { name, ...facts, template: false, revision, modified };
}
