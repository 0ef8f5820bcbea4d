import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DeviceReport } from '../../../models/probe/deviceReport.ts';
import { Complaint } from '../../cli/complaint.ts';
import { type Connections, openConnections, usualPatience } from '../../models/download/connections.ts';
import { DownloadFailure } from '../../models/download/downloadFailure.ts';
import { downloadFile } from '../../models/download/downloadFile.ts';
import { checkCudaMachine, type CudaMachine } from './checkCudaMachine.ts';
import { type CudaPackage, cudaPackage } from './cudaPackage.ts';
import { sayProgress } from './sayProgress.ts';
import { unpackLibraries } from './unpackLibraries.ts';

export interface SetupCudaOptions {
  readonly machine: CudaMachine;
  /** Where onnxruntime's libraries lie. */
  readonly folder: string;
  /** Another index of packages than onnxruntime's own. */
  readonly feed?: string;
  /** Milliseconds before a cut connection is taken up again, the first time. */
  readonly retryDelay?: number;
  readonly say: (line: string) => void;
  /** Tries CUDA once the libraries are there. */
  probe(): Promise<DeviceReport>;
}

/**
 * Installs onnxruntime's libraries for CUDA: checks the machine, downloads the package, takes the libraries out and tries
 * them. Can be run again at any time. Throws Complaint: a sentence with what to do.
 */
export async function setupCuda(options: SetupCudaOptions): Promise<void> {
  const { machine, folder, say, probe } = options;
  checkCudaMachine(machine);
  const archive = join(folder, 'cuda.nupkg');
  const { files } = await download(archive, options);
  await unpackLibraries(archive, { files, folder });
  await rm(archive);
  say(`Installed ${[...files.values()].join(', ')}.`);
  const { works, problem } = await probe();
  if (!works) throw new Complaint(`The libraries are there, but CUDA does not work: ${problem}`);
  say('CUDA works. Start Impasto again: it takes CUDA where that is fastest.');
}

async function download(archive: string, options: SetupCudaOptions): Promise<CudaPackage> {
  const connections = openConnections(usualPatience);
  try {
    return await downloadOver(connections, archive, options);
  } catch (error) {
    if (!(error instanceof DownloadFailure)) throw error;
    throw new Complaint(`${error.message} Run this again: it goes on where it stopped.`, error);
  } finally {
    await connections.close();
  }
}

async function downloadOver(
  connections: Connections,
  archive: string,
  { feed, retryDelay = 1000, say }: SetupCudaOptions,
): Promise<CudaPackage> {
  const found = await cudaPackage(connections, feed);
  say(`Downloading ${found.url}`);
  await downloadFile({
    url: found.url,
    to: archive,
    what: basename(found.url),
    connections,
    retryDelay,
    onWaiting: say,
    onProgress: sayProgress(say),
  });
  return found;
}
