import { z } from 'zod';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { runsQuerySchema, runsSchema, stepsSchema } from '../../protocol/api.ts';
import type { PreviewChoice } from '../../protocol/previews.ts';
import {
  runIdSchema,
  runRecordSchema,
  runStartedSchema,
  runSummarySchema,
  startRunSchema,
} from '../../protocol/runs.ts';
import type { Library } from '../../runs/library.ts';
import { type RunRequest, prepareRun } from '../../runs/prepareRun.ts';
import type { RunReader } from '../../runs/runReader.ts';
import type { Refusal, RunService } from '../../runs/runService.ts';
import type { FileStore } from '../../storage/fileStore.ts';
import { ApiError, WorkflowProblems, notFound } from '../apiError.ts';
import { mimeTypes } from '../mimeTypes.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';

const identified = z.object({ id: runIdSchema });
const stepOf = z.object({ id: runIdSchema, seq: z.coerce.number().int().min(1) });
const done = z.object({ ok: z.literal(true) });
const unknownRun = () => notFound('such run');

export interface RunRouteParts {
  readonly runs: RunService;
  readonly library: Library;
  readonly files: FileStore;
}

/** Runs: start, look at, pause, cancel, start again, delete, bring back. */
export function runRoutes(parts: RunRouteParts): Route[] {
  return [...startRoutes(parts), ...readRoutes(parts.runs.reader), ...changeRoutes(parts.runs)];
}

function startRoutes({ runs, library, files }: RunRouteParts): Route[] {
  const start = async (request: RunRequest, previews?: PreviewChoice): Promise<RouteAnswer> => {
    const prepared = await prepareRun(request, { library, files });
    if (!prepared.document) throw new WorkflowProblems(prepared.problems);
    const { targets } = request;
    const id = await runs.start(prepared.document, { notes: prepared.notes, targets, previews });
    return { json: { id }, headers: { Location: `/api/runs/${id}` } };
  };
  return [
    route({
      method: 'post',
      path: '/api/runs',
      summary: 'Checks a workflow, records a run of it and puts it in the queue.',
      body: startRunSchema,
      status: 202,
      answer: runStartedSchema,
      errors: ['no-space', 'too-large'],
      problems: true,
      handle: ({ body: { previews, ...request } }) => start(request, previews),
    }),
    route({
      method: 'post',
      path: '/api/runs/:id/again',
      summary: 'Runs the same workflow once more.',
      params: identified,
      status: 202,
      answer: runStartedSchema,
      errors: ['not-found', 'no-space'],
      problems: true,
      handle: async ({ params }) => {
        const record = await runs.reader.get(params.id);
        if (!record) throw unknownRun();
        const { targets, previews } = record;
        return start({ workflow: record.workflow as unknown as WorkflowDocument, targets }, previews);
      },
    }),
  ];
}

function readRoutes(runs: RunReader): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/runs',
      summary: 'Runs, newest first.',
      query: runsQuerySchema,
      answer: runsSchema,
      handle: ({ query }) => ({ json: runs.list(query) }),
    }),
    route({
      method: 'get',
      path: '/api/runs/:id',
      summary: 'A run: its state, nodes, pictures, workflow and error.',
      params: identified,
      answer: runRecordSchema,
      errors: ['not-found'],
      handle: async ({ params }) => {
        const record = await runs.get(params.id);
        if (!record) throw unknownRun();
        return { json: record };
      },
    }),
    route({
      method: 'get',
      path: '/api/runs/:id/steps',
      summary: 'The steps of a run: of samplers all; of what optimises or trains for long, not every one.',
      params: identified,
      answer: stepsSchema,
      errors: ['not-found'],
      handle: async ({ params }) => {
        const steps = await runs.steps(params.id);
        if (!steps) throw unknownRun();
        return { json: { steps } };
      },
    }),
    route({
      method: 'get',
      path: '/api/runs/:id/steps/:seq/picture',
      summary: 'The picture of one step.',
      params: stepOf,
      answer: 'picture',
      errors: ['not-found'],
      handle: async ({ params }) => {
        const picture = await runs.stepPicture(params.id, params.seq);
        if (!picture) throw notFound('picture of that step');
        const headers = { 'Cache-Control': 'private, max-age=31536000, immutable' };
        return { bytes: picture.bytes, type: mimeTypes[picture.extension], headers };
      },
    }),
  ];
}

function changeRoutes(runs: RunService): Route[] {
  const settle = (result: 'ok' | Refusal): RouteAnswer => {
    if (result === 'unknown') throw unknownRun();
    if (result === 'not-paused') throw new ApiError('conflict', 'This run is not paused.');
    if (result === 'over') throw new ApiError('conflict', 'This run is already over.');
    if (result === 'running') throw new ApiError('conflict', 'This run is still going: cancel it first.');
    return { json: { ok: true } };
  };
  return [
    route({
      method: 'post',
      path: '/api/runs/:id/cancel',
      summary: 'Stops a run between two steps, or takes it out of the queue.',
      params: identified,
      status: 202,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params }) => settle(await runs.cancel(params.id)),
    }),
    route({
      method: 'post',
      path: '/api/runs/:id/pause',
      summary: 'Has a run stop where it can go on; others have the engine meanwhile.',
      params: identified,
      status: 202,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params }) => settle(runs.pause(params.id)),
    }),
    route({
      method: 'post',
      path: '/api/runs/:id/resume',
      summary: 'Puts a paused run back in the queue; it goes on where it stopped.',
      params: identified,
      status: 202,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params }) => settle(runs.resume(params.id)),
    }),
    route({
      method: 'delete',
      path: '/api/runs/:id',
      summary: 'Moves a run to the trash; one that waits or is paused is cancelled first.',
      params: identified,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params }) => settle(await runs.remove(params.id)),
    }),
    route({
      method: 'post',
      path: '/api/runs/:id/restore',
      summary: 'Brings a deleted run back from the trash.',
      params: identified,
      answer: runSummarySchema,
      errors: ['not-found'],
      handle: async ({ params }) => {
        const summary = await runs.restore(params.id);
        if (!summary) throw notFound('such run in the trash');
        return { json: summary };
      },
    }),
  ];
}
