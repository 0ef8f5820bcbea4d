import { readRange, withFile, type NamedFile } from '../fileRange.ts';

/** The bytes of one storage of a PyTorch file, wherever they lie. */
export interface Storage {
  readonly byteLength: number;
  /** Where they begin in the file, unless they are compressed. */
  readonly offset?: number;
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** A storage that lies in the file as it is. */
export function plainStorage(file: NamedFile, offset: number, byteLength: number): Storage {
  return {
    byteLength,
    offset,
    read: (begin, end) =>
      withFile(file, (handle) =>
        readRange(handle, { offset: offset + begin, length: end - begin, file: file.file }),
      ),
  };
}
