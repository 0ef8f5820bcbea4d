import { execFile } from 'node:child_process';
import { readFile, readdir, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ifAbsent } from '../../../models/files/ifAbsent.ts';
import { nvidiaDriver } from '../../../models/runtime/whyUnavailable.ts';
import type { CudaMachine } from './checkCudaMachine.ts';

/** This machine, as far as CUDA is concerned. `folder` is where the libraries will lie. */
export async function cudaMachine(folder: string): Promise<CudaMachine> {
  const { bavail, bsize } = await statfs(folder);
  return {
    platform: process.platform,
    arch: process.arch,
    driver: await readFile(nvidiaDriver, 'utf8').catch(ifAbsent(undefined)),
    libraries: await loadableLibraries(),
    freeBytes: bavail * bsize,
  };
}

async function loadableLibraries(): Promise<string[]> {
  const cached = await promisify(execFile)('/sbin/ldconfig', ['-p']).then(
    ({ stdout }) => [...stdout.matchAll(/^\s+(\S+) \(/gm)].map(([, name]) => name!),
    () => [],
  );
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((path) => path !== '');
  // What we may not read, the loader may not either.
  const listed = await Promise.all(folders.map((path) => readdir(path).catch(() => [])));
  return [...cached, ...listed.flat()];
}
