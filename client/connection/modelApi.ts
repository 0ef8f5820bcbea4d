import type { z } from 'zod';
import {
  addedModelSchema,
  catalogueSchema,
  downloadSchema,
  downloadsSchema,
  hubFactsSchema,
  modelsSchema,
  verifiedModelSchema,
  type Download,
  type DownloadRequest,
  type HubFacts,
  type ModelSummary,
  type VerifiedModel,
} from '../../server/protocol/models.ts';
import { nothing, request } from './request.ts';

export type Catalogue = z.infer<typeof catalogueSchema>;

const named = (name: string): string => `/api/models/${encodeURIComponent(name)}`;

/** The part of the server's API that is about models; every method throws RequestError. */
export const modelApi = {
  async models(): Promise<ModelSummary[]> {
    return (await request('/api/models', modelsSchema)).value.models;
  },
  async catalogue(): Promise<Catalogue> {
    return (await request('/api/models/catalogue', catalogueSchema)).value;
  },
  /** Adds a file or folder of the server's machine by reference; answers its name. */
  async add(path: string): Promise<string> {
    return (await request('/api/models', addedModelSchema, { method: 'POST', json: { path } })).value.name;
  },
  /** Forgets a link, or deletes a download; `own` also deletes what a person put into the models folder. */
  async remove(name: string, own: boolean): Promise<void> {
    await request(`${named(name)}${own ? '?delete=true' : ''}`, nothing, { method: 'DELETE' });
  },
  async verify(name: string): Promise<VerifiedModel> {
    return (await request('/api/models/verify', verifiedModelSchema, { method: 'POST', json: { name } }))
      .value;
  },
  async hub(): Promise<HubFacts> {
    return (await request('/api/hub', hubFactsSchema)).value;
  },
  /** Null forgets it. */
  async setToken(token: string | null): Promise<HubFacts> {
    return (await request('/api/hub/token', hubFactsSchema, { method: 'PUT', json: { token } })).value;
  },
  async downloads(): Promise<Download[]> {
    return (await request('/api/downloads', downloadsSchema)).value.downloads;
  },
  /** Starts a download, or goes on with one that stopped. */
  async download(what: DownloadRequest): Promise<Download> {
    return (await request('/api/downloads', downloadSchema, { method: 'POST', json: what })).value;
  },
  /** Stops a download; `discard` also removes what it has received. */
  async stopDownload(id: string, discard: boolean): Promise<void> {
    await request(`/api/downloads/${id}${discard ? '?discard=true' : ''}`, nothing, { method: 'DELETE' });
  },
};

export type ModelApi = typeof modelApi;
