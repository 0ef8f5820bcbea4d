import { z } from 'zod';
import {
  nodesSchema,
  runsSchema,
  samplesSchema,
  savedWorkflowSchema,
  stepsSchema,
  systemSchema,
  uploadSchema,
  workflowsSchema,
  type Sample,
  type SystemInfo,
  type Upload,
  type WorkflowSummary,
} from '../../server/protocol/api.ts';
import {
  channelsSchema,
  lensSchema,
  type ChannelsRequest,
  type LensAnswer,
  type LensRequest,
  type StepChannels,
} from '../../server/protocol/inspection.ts';
import type { PreviewChoice } from '../../server/protocol/previews.ts';
import {
  runRecordSchema,
  runStartedSchema,
  type RunRecord,
  type RunSummary,
  type StepRecord,
} from '../../server/protocol/runs.ts';
import { tokenCountSchema, type CountTokens, type TokenCount } from '../../server/protocol/tokens.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { nothing, request } from './request.ts';

export interface OpenedWorkflow {
  /** Not checked: read it with parseDocument. */
  readonly json: unknown;
  readonly revision: string | undefined;
}

/** What a save expects to find on the server; `any` overwrites whatever is there. */
export type ExpectedRevision = { readonly revision: string } | 'none' | 'any';

const path = (...parts: readonly string[]): string => `/api/${parts.map(encodeURIComponent).join('/')}`;

/** The server's API, typed; every method throws RequestError. */
export const apiClient = {
  async nodes(): Promise<NodeDescription[]> {
    return (await request(path('nodes'), nodesSchema)).value.nodes;
  },
  async system(): Promise<SystemInfo> {
    return (await request(path('system'), systemSchema)).value;
  },
  async samples(): Promise<Sample[]> {
    return (await request(path('samples'), samplesSchema)).value.samples;
  },

  async workflows(): Promise<WorkflowSummary[]> {
    return (await request(path('workflows'), workflowsSchema)).value.workflows;
  },
  async workflow(name: string): Promise<OpenedWorkflow> {
    const { value, tag } = await request(path('workflows', name), z.unknown());
    return { json: value, revision: tag };
  },
  async template(name: string): Promise<unknown> {
    return (await request(path('templates', name), z.unknown())).value;
  },
  /** Answers the new revision. A `conflict` error says that somebody else saved in between. */
  async saveWorkflow(name: string, document: WorkflowDocument, expected: ExpectedRevision): Promise<string> {
    const headers: Record<string, string> = {};
    if (expected === 'none') headers['If-None-Match'] = '*';
    else if (expected !== 'any') headers['If-Match'] = `"${expected.revision}"`;
    const options = { method: 'PUT', json: document, headers } as const;
    return (await request(path('workflows', name), savedWorkflowSchema, options)).value.revision;
  },
  async renameWorkflow(name: string, to: string): Promise<void> {
    await request(path('workflows', name, 'rename'), nothing, { method: 'POST', json: { to } });
  },
  async deleteWorkflow(name: string): Promise<void> {
    await request(path('workflows', name), nothing, { method: 'DELETE' });
  },
  async restoreWorkflow(name: string): Promise<void> {
    await request(path('workflows', name, 'restore'), nothing, { method: 'POST' });
  },

  async upload(file: File): Promise<Upload> {
    const body = new FormData();
    body.set('file', file);
    return (await request(path('uploads'), uploadSchema, { method: 'POST', body })).value;
  },

  async countTokens(json: CountTokens): Promise<TokenCount> {
    return (await request(path('tokens'), tokenCountSchema, { method: 'POST', json })).value;
  },

  /** `targets`: ids of the nodes that the run is for; all outputs without them. */
  async startRun(
    workflow: WorkflowDocument,
    previews: PreviewChoice,
    targets?: readonly string[],
  ): Promise<string> {
    const options = { method: 'POST', json: { workflow, targets, previews } } as const;
    return (await request(path('runs'), runStartedSchema, options)).value.id;
  },
  async runs(before?: string): Promise<{ runs: RunSummary[]; more: boolean }> {
    const query = before === undefined ? '' : `&before=${before}`;
    return (await request(`/api/runs?limit=50${query}`, runsSchema)).value;
  },
  async run(id: string): Promise<RunRecord> {
    return (await request(path('runs', id), runRecordSchema)).value;
  },
  async steps(id: string): Promise<StepRecord[]> {
    return (await request(path('runs', id, 'steps'), stepsSchema)).value.steps;
  },
  async stepChannels(id: string, json: ChannelsRequest): Promise<StepChannels> {
    return (await request(path('runs', id, 'channels'), channelsSchema, { method: 'POST', json })).value;
  },
  async lens(id: string, json: LensRequest): Promise<LensAnswer> {
    return (await request(path('runs', id, 'lens'), lensSchema, { method: 'POST', json })).value;
  },
  async cancelRun(id: string): Promise<void> {
    await request(path('runs', id, 'cancel'), nothing, { method: 'POST' });
  },
  async pauseRun(id: string): Promise<void> {
    await request(path('runs', id, 'pause'), nothing, { method: 'POST' });
  },
  async resumeRun(id: string): Promise<void> {
    await request(path('runs', id, 'resume'), nothing, { method: 'POST' });
  },
  async runAgain(id: string): Promise<string> {
    return (await request(path('runs', id, 'again'), runStartedSchema, { method: 'POST' })).value.id;
  },
  async deleteRun(id: string): Promise<void> {
    await request(path('runs', id), nothing, { method: 'DELETE' });
  },
  async restoreRun(id: string): Promise<void> {
    await request(path('runs', id, 'restore'), nothing, { method: 'POST' });
  },
};

export type ApiClient = typeof apiClient;
