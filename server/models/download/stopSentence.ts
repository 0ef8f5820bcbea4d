import { refusalSentence } from '../../../models/files/refusalSentence.ts';
import { StorageError, storageError } from '../../storage/disk.ts';
import { ModelRefusal } from '../modelRefusal.ts';
import { DownloadFailure } from './downloadFailure.ts';

/** Why a download stopped, for people. */
export function stopSentence(error: unknown): string {
  if (error instanceof DownloadFailure || error instanceof ModelRefusal) return error.message;
  const known = storageError(error);
  if (known instanceof StorageError && known.code === 'no-space')
    return 'The disk is full: free some space and start it again; what has been received is kept.';
  const refused = refusalSentence(known instanceof StorageError ? known.cause : error);
  return refused ?? `It stopped unexpectedly: ${error instanceof Error ? error.message : String(error)}.`;
}
