import type { DownloadRequest } from '../../server/protocol/models.ts';

/**
 * What to ask the server for, from what a person typed or pasted: `owner/name` or the address of its page, also that of
 * one file; the file may stay empty. Undefined when it names no repository.
 */
export function hubRequest(repository: string, file: string): DownloadRequest | undefined {
  const [owner, name, kind, revision, ...rest] = partsOf(repository);
  const plain = /^[\w.-]{1,96}$/;
  if (owner === undefined || name === undefined || !plain.test(owner) || !plain.test(name)) return undefined;
  if (kind !== undefined && !['blob', 'resolve', 'tree'].includes(kind)) return undefined;
  const path = file.trim() || (kind === 'tree' ? '' : rest.join('/'));
  return {
    repository: `${owner}/${name}`,
    ...(path === '' ? {} : { file: path }),
    ...(revision === undefined || revision === 'main' ? {} : { revision }),
  };
}

/** Of the path in an address, or of what stands for one; none when it cannot be read. */
function partsOf(text: string): string[] {
  const path = text
    .trim()
    .replace(/^https?:\/\/[^/]+\//i, '')
    .replace(/[?#].*$/, '');
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}
