import { z } from 'zod';
import type { ApiErrorCode } from '../../protocol/api.ts';
import {
  channelsRequestSchema,
  channelsSchema,
  lensPictureQuerySchema,
  lensRequestSchema,
  lensSchema,
} from '../../protocol/inspection.ts';
import { runIdSchema, type RunRecord } from '../../protocol/runs.ts';
import type { RunService } from '../../runs/runService.ts';
import type { StepDesk } from '../../runs/stepDesk.ts';
import { StepQuestionError, type StepQuestionCode } from '../../runs/stepQuestionError.ts';
import { ApiError, notFound } from '../apiError.ts';
import { mimeTypes } from '../mimeTypes.ts';
import { type Route, route } from '../route.ts';

const identified = z.object({ id: runIdSchema });
const errors: readonly ApiErrorCode[] = ['not-found', 'conflict', 'engine-unavailable'];
const codes: Readonly<Record<StepQuestionCode, ApiErrorCode>> = {
  gone: 'not-found',
  busy: 'conflict',
  'bad-request': 'bad-request',
  'no-engine': 'engine-unavailable',
  internal: 'internal',
};

export interface InspectionRouteParts {
  readonly runs: RunService;
  readonly desk: StepDesk;
}

/** A closer look at the steps that the engine still has in memory. */
export function inspectionRoutes({ runs, desk }: InspectionRouteParts): Route[] {
  const about = async <T>(id: string, ask: (record: RunRecord) => Promise<T>): Promise<T> => {
    const record = await runs.reader.get(id);
    if (!record) throw notFound('such run');
    try {
      return await ask(record);
    } catch (error) {
      throw error instanceof StepQuestionError ? new ApiError(codes[error.code], error.message) : error;
    }
  };
  return [
    route({
      method: 'post',
      path: '/api/runs/:id/channels',
      summary: "A step's latent, or the noise that the network predicted in it, channel by channel.",
      params: identified,
      body: channelsRequestSchema,
      answer: channelsSchema,
      errors,
      handle: async ({ params: { id }, body }) => ({
        json: await about(id, (record) => desk.channels(record, body)),
      }),
    }),
    route({
      method: 'post',
      path: '/api/runs/:id/lens',
      summary: 'Where a point of a step took its values from in a self-attention layer.',
      params: identified,
      body: lensRequestSchema,
      answer: lensSchema,
      errors,
      handle: async ({ params: { id }, body }) => ({
        json: await about(id, (record) => desk.lens(record, body)),
      }),
    }),
    route({
      method: 'get',
      path: '/api/runs/:id/lens/picture',
      summary: 'The picture that a self-attention layer looked at in a step: another one, or its own.',
      params: identified,
      query: lensPictureQuerySchema,
      answer: 'picture',
      errors,
      handle: async ({ params: { id }, query }) => {
        const bytes = await about(id, (record) => desk.picture(record, query));
        return { bytes, type: mimeTypes.png, headers: { 'Cache-Control': 'private, max-age=3600' } };
      },
    }),
  ];
}
