import { errorCode } from './errorCode.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk fails to read it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'there is a file of that name',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
};

/** Why the system refused a file or folder, as the end of a sentence. */
export function whyNot(error: unknown): string {
  const code = errorCode(error);
  return (code && REASONS[code]) ?? code ?? (error instanceof Error ? error.message : String(error));
}
