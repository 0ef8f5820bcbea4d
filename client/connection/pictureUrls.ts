import type { thumbnailWidths } from '../../server/protocol/api.ts';
import type { LensPictureRequest } from '../../server/protocol/inspection.ts';

/** Address of a stored file, or of a thumbnail of it. */
export function fileUrl(file: string, width?: (typeof thumbnailWidths)[number]): string {
  return `/api/files/${encodeURIComponent(file)}${width === undefined ? '' : `?width=${width}`}`;
}

/** Address of one step's picture. */
export function stepPictureUrl(run: string, seq: number): string {
  return `/api/runs/${encodeURIComponent(run)}/steps/${seq}/picture`;
}

/** Address of a picture that a layer looked at in a step. */
export function lensPictureUrl(run: string, { step, ...rest }: LensPictureRequest): string {
  const query = new URLSearchParams({ ...rest, step: `${step}` });
  return `/api/runs/${encodeURIComponent(run)}/lens/picture?${query}`;
}

const SAMPLE = 'sample:';

/** Address of what an image parameter refers to: an uploaded file or a sample. Empty for an empty reference. */
export function referenceUrl(reference: string): string {
  if (reference.startsWith(SAMPLE))
    return `/api/samples/${encodeURIComponent(reference.slice(SAMPLE.length))}`;
  return reference === '' ? '' : fileUrl(reference);
}
