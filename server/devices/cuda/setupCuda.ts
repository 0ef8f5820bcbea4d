import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceReport } from '../../../models/probe/deviceReport.ts';
import { Complaint } from '../../cli/complaint.ts';
import { checkCudaMachine, type CudaMachine } from './checkCudaMachine.ts';
import { cudaPackage } from './cudaPackage.ts';
import { downloadPackage } from './downloadPackage.ts';
import { unpackLibraries } from './unpackLibraries.ts';

export interface SetupCudaOptions {
  readonly machine: CudaMachine;
  /** Where onnxruntime's libraries lie. */
  readonly folder: string;
  /** Another index of packages than onnxruntime's own. */
  readonly feed?: string;
  readonly say: (line: string) => void;
  /** Tries CUDA once the libraries are there. */
  probe(): Promise<DeviceReport>;
}

/**
 * Installs onnxruntime's libraries for CUDA: checks the machine, downloads the package, takes the libraries out and tries
 * them. Can be run again at any time. Throws Complaint: a sentence with what to do.
 */
export async function setupCuda({ machine, folder, feed, say, probe }: SetupCudaOptions): Promise<void> {
  checkCudaMachine(machine);
  const { url, files } = await cudaPackage(feed);
  const archive = join(folder, 'cuda.nupkg');
  await downloadPackage({ url, to: archive, say });
  await unpackLibraries(archive, { files, folder });
  await rm(archive);
  say(`Installed ${[...files.values()].join(', ')}.`);
  const { works, problem } = await probe();
  if (!works) throw new Complaint(`The libraries are there, but CUDA does not work: ${problem}`);
  say('CUDA works. Start Impasto again: it takes CUDA where that is fastest.');
}
