import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { Graph } from '../graph/graph.ts';
import type { Device, DeviceName } from './device.ts';
import { openSession } from './openSession.ts';

export interface DeviceReport {
  readonly device: Device;
  /** Whether a small graph ran on it in this process. */
  readonly works: boolean;
  /** Why not, or what is known about it. */
  readonly note: string;
}

/** GPU providers that `auto` prefers to the CPU. WebGPU is used when asked for: it may be a software device. */
const preferred: readonly Device[] = ['cuda', 'dml', 'coreml'];

const tried = new Map<Device, Promise<DeviceReport>>();

/** The device to use for a name; `auto` never fails, because the CPU always works. */
export async function resolveDevice(name: DeviceName): Promise<Device> {
  if (name !== 'auto') return name;
  for (const device of preferred) {
    if (isBundled(device) && (await tryDevice(device)).works) return device;
  }
  return 'cpu';
}

/** Every provider that onnxruntime could use here, each tried with a small graph. */
export async function describeDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const) {
    reports.push(
      isBundled(device)
        ? await tryDevice(device)
        : { device, works: false, note: 'not part of this installation of onnxruntime' },
    );
  }
  return reports;
}

/** Runs a small graph on the device; the answer is remembered for this process. */
export function tryDevice(device: Device): Promise<DeviceReport> {
  const known = tried.get(device) ?? runSmallGraph(device);
  tried.set(device, known);
  return known;
}

function isBundled(device: Device): boolean {
  if (device === 'cuda' && !existsSync(cudaLibrary())) return false;
  return listSupportedBackends().some((backend) => backend.name === device);
}

async function runSmallGraph(device: Device): Promise<DeviceReport> {
  try {
    const graph = new Graph();
    const x = graph.input('x', [2, 2]);
    graph.output('y', x.matmul(x).sigmoid());
    const session = await openSession(graph, { device });
    try {
      const result = await session.run({ x: { shape: [2, 2], data: Float32Array.of(0, 0, 0, 0) } }, ['y']);
      const works = result.get('y')!.data.every((value) => value === 0.5);
      return { device, works, note: works ? 'runs' : 'computes wrong results' };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { device, works: false, note: (error as Error).message };
  }
}

/** onnxruntime names CUDA among its providers whether or not this extra download is there, and complains on use. */
function cudaLibrary(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  return join(folder, 'libonnxruntime_providers_cuda.so');
}
