import { Graph } from '../graph/graph.ts';
import { deviceTitles, type Device } from './device.ts';
import { openSession } from './openSession.ts';
import { whyUnavailable } from './whyUnavailable.ts';

/** Runs four numbers on a device, in this process. Gives a sentence when it does not work, undefined when it does. */
export async function tryDevice(device: Device): Promise<string | undefined> {
  const unavailable = whyUnavailable(device);
  if (unavailable) return unavailable;
  try {
    const graph = new Graph();
    const x = graph.input('x', [2, 2]);
    graph.output('y', x.matmul(x).sigmoid());
    const session = await openSession(graph, { device });
    try {
      const result = await session.run({ x: { shape: [2, 2], data: new Float32Array(4) } }, ['y']);
      const right = result.get('y')!.data.every((value) => value === 0.5);
      return right ? undefined : `${deviceTitles[device]} computes wrong results.`;
    } finally {
      await session.release();
    }
  } catch (error) {
    return explainFailure(device, (error as Error).message);
  }
}

/** What onnxruntime says when a provider cannot start, in plain words where it is known. */
function explainFailure(device: Device, said: string): string {
  if (/No supported adapters|Failed to get a WebGPU adapter/.test(said))
    return 'WebGPU finds no GPU here: there is no graphics driver that it can use (on Linux: a Vulkan driver).';
  if (/Failed to load (shared )?library/.test(said))
    return `${deviceTitles[device]} cannot load its libraries: run npm run setup:cuda, which says what is missing.`;
  return `${deviceTitles[device]} does not start: ${said.split('\n')[0]!.slice(0, 300)}`;
}
