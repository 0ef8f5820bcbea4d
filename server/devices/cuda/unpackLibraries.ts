import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { Complaint } from '../../cli/complaint.ts';

/** The largest library is half a gigabyte; what claims more is none. */
const LARGEST = 4e9;

/**
 * Takes files out of a package (a zip archive): all of them, checked, or none. `files` is entry to file name in `folder`.
 * Throws Complaint.
 */
export async function unpackLibraries(
  archive: string,
  { files, folder }: { readonly files: ReadonlyMap<string, string>; readonly folder: string },
): Promise<void> {
  const aside = new Map<string, string>();
  try {
    const zip = await yauzl.openPromise(archive);
    for await (const entry of zip.eachEntry()) {
      const name = files.get(entry.fileName);
      if (name === undefined) continue;
      if (entry.uncompressedSize > LARGEST)
        throw new Error(`${entry.fileName} claims ${entry.uncompressedSize} bytes`);
      const target = join(folder, name);
      aside.set(`${target}.new`, target);
      const stream = await promisify(
        zip.openReadStream.bind(zip) as (
          e: yauzl.Entry,
          done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
        ) => void,
      )(entry);
      const sum = new Sum();
      await pipeline(stream, sum, createWriteStream(`${target}.new`));
      if (sum.crc32 !== entry.crc32) throw new Error(`${entry.fileName} arrived damaged`);
      await checkLibrary(`${target}.new`, entry.fileName);
    }
    if (aside.size < files.size) throw new Error(`it holds ${aside.size} of the ${files.size} libraries`);
    for (const [from, to] of aside) await rename(from, to);
  } catch (error) {
    for (const path of aside.keys()) await rm(path, { force: true });
    // The next run downloads it anew.
    await rm(archive, { force: true });
    throw new Complaint(
      `The package that was downloaded is not sound (${(error as Error).message}); it has been removed: run this again.`,
      error,
    );
  }
}

/** Lets everything through and sums it up as zip archives do. */
class Sum extends Transform {
  crc32 = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.crc32 = crc32(chunk, this.crc32);
    done(null, chunk);
  }
}

/** Linux's libraries begin with ELF's mark. */
async function checkLibrary(path: string, entry: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead < 4 || buffer.toString('latin1') !== '\x7fELF') throw new Error(`${entry} is no library`);
  } finally {
    await file.close();
  }
}
