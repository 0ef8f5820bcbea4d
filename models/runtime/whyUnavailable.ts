import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deviceTitles, type Device } from './device.ts';

/** What decides whether a device can be there at all; tests bring their own. */
export interface Platform {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  readonly list: (folder: string) => readonly string[];
}

const systems: Readonly<Record<string, string>> = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

const thisPlatform: Platform = {
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  exists: existsSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
};

/**
 * Why a device cannot be on this machine, as a sentence; undefined when it is worth a try. Looks at files only, without
 * loading onnxruntime, so that it costs a start nothing.
 */
export function whyUnavailable(device: Device, on: Platform = thisPlatform): string | undefined {
  const here = `this is ${systems[on.platform] ?? on.platform} on ${on.arch}`;
  switch (device) {
    case 'cpu':
      return undefined;
    case 'dml':
      return on.platform === 'win32' ? undefined : `DirectML is there on Windows only; ${here}.`;
    case 'coreml':
      return on.platform === 'darwin' ? undefined : `Core ML is there on macOS only; ${here}.`;
    case 'cuda':
      return whyNoCuda(on, here);
    case 'webgpu':
      return whyNoWebGpu(on);
  }
}

function whyNoCuda(on: Platform, here: string): string | undefined {
  if (on.platform !== 'linux' || on.arch !== 'x64') return `CUDA is there on Linux on x64 only; ${here}.`;
  if (on.exists(join(onnxruntimeLibraries(), cudaLibrary))) return undefined;
  return on.exists(nvidiaDriver)
    ? 'CUDA needs libraries of onnxruntime that are not installed: run npm run setup:cuda.'
    : 'There is no NVIDIA driver on this machine.';
}

/** The kernel's file with the version of NVIDIA's driver. */
export const nvidiaDriver = '/proc/driver/nvidia/version';

const cudaLibrary = 'libonnxruntime_providers_cuda.so';

function whyNoWebGpu(on: Platform): string | undefined {
  if (on.platform !== 'linux') return undefined;
  const named = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'].some((name) => on.env[name]);
  const gpu = on.list('/dev/dri').some((name) => name.startsWith('renderD'));
  const other = [nvidiaDriver, '/dev/nvidia0', '/dev/dxg', '/dev/mali0'].some((path) => on.exists(path));
  return named || gpu || other ? undefined : 'There is no GPU on this machine that WebGPU could use.';
}

/** Where onnxruntime's libraries lie, the extra ones for CUDA included. */
export function onnxruntimeLibraries(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
}

/** `whyUnavailable` for a device that a person asked for by name, with what there is instead. */
export function refusalOf(device: Device, on?: Platform): string | undefined {
  const why = whyUnavailable(device, on);
  return (
    why && `${deviceTitles[device]} cannot be used here. ${why} Without --device Impasto takes what works.`
  );
}
