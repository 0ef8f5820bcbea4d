import type { Download, DownloadRequest } from '../protocol/models.ts';
import { ModelRefusal } from './modelRefusal.ts';

/** Downloads of models: going on, waiting, broken off. */
export class ModelDownloads {
  list(): readonly Download[] {
    return [];
  }

  start(_request: DownloadRequest): Promise<Download> {
    return Promise.reject(new ModelRefusal('conflict', 'Downloads are not possible yet.'));
  }

  /** Stops it; what was received stays for another time unless it is discarded. */
  cancel(_id: string, _options: { readonly discard: boolean }): Promise<void> {
    return Promise.reject(new ModelRefusal('not-found', 'There is no such download.'));
  }
}
