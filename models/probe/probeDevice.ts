import { countOperations } from '../graph/countOperations.ts';
import { diffusionModelFromParts, type OpenedDiffusionModel } from '../catalog/openDiffusionModel.ts';
import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import { deviceTitles, type Device } from '../runtime/device.ts';
import type { Precision } from '../runtime/precision.ts';
import { SessionPool } from '../runtime/sessionPool.ts';
import { tryDevice } from '../runtime/tryDevice.ts';
import type { DenoiserCall } from '../sampling/denoiser.ts';
import { TorchGenerator } from '../sampling/torchGenerator.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { parameters } from '../weights/parameters.ts';
import type { DeviceReport } from './deviceReport.ts';
import { PROBE_CONTEXT, PROBE_SIZE, PROBE_TOKENS, probeModel } from './probeModel.ts';
import { softwareDriver } from './softwareDriver.ts';

/**
 * What may lie between a device's results and the CPU's, over the largest value. Sound devices were seen at 1e-5
 * (WebGPU); a wrong operator shows in the first digits.
 */
const TOLERANCE = 2e-3;
/** The same in half precision, which keeps three digits: 0.1 % was seen. */
const HALF_TOLERANCE = 2e-2;
const ROUNDS = 3;

/**
 * Tries a device with a small model, attention hooks and decoder included, and compares the results with the CPU's; then
 * measures its speed. Runs in this process, which a driver may take with it: probeInChild is the careful form.
 */
export async function probeDevice(device: Device): Promise<DeviceReport> {
  const problem = await tryDevice(device);
  if (problem !== undefined) return { device, works: false, problem };
  const driver = softwareDriver();
  if (driver) return { device, works: true, software: true, problem: softwareSentence(device, driver) };
  try {
    const expected = device === 'cpu' ? undefined : await results('cpu');
    const model = await open(device);
    const error = expected ? worstError(await resultsOf(model), expected) : 0;
    if (!(error < TOLERANCE)) return { device, works: false, error, problem: wrongSentence(device, error) };
    const report = { device, works: true, error, rate: await rateOf(model) };
    return expected ? { ...report, half: await probeHalf(device, expected) } : report;
  } catch (error) {
    return { device, works: false, problem: failedSentence(device, error) };
  }
}

async function probeHalf(
  device: Device,
  expected: readonly Tensor[],
): Promise<NonNullable<DeviceReport['half']>> {
  try {
    const model = await open(device, 'float16');
    const error = worstError(await resultsOf(model), expected);
    if (!(error < HALF_TOLERANCE)) return { works: false, error, problem: wrongSentence(device, error) };
    return { works: true, error, rate: await rateOf(model) };
  } catch (error) {
    const needs = /does not support it/.test(String(error));
    const problem = needs
      ? `${deviceTitles[device]} has no half precision here.`
      : failedSentence(device, error);
    return { works: false, problem };
  }
}

const failedSentence = (device: Device, error: unknown): string =>
  `${deviceTitles[device]} failed: ${(error as Error).message.split('\n')[0]!.slice(0, 300)}`;

function softwareSentence(device: Device, driver: string): string {
  return `${deviceTitles[device]} finds no GPU here, only ${driver}, which computes on the processor and is slower than the CPU itself.`;
}

function wrongSentence(device: Device, error: number): string {
  const found = Number.isFinite(error) ? `off by ${(error * 100).toPrecision(2)} %` : 'no numbers';
  return `${deviceTitles[device]} computes wrong results (${found}): its driver may need an update.`;
}

function open(device: Device, precision: Precision = 'float32'): Promise<OpenedDiffusionModel> {
  const pool = new SessionPool({ budgetBytes: 2 ** 30 });
  return diffusionModelFromParts(probeModel(), { pool, device, precision });
}

async function results(device: Device): Promise<Tensor[]> {
  return resultsOf(await open(device));
}

/** A plain evaluation, the same with attention injected from outside, and a decoded picture. */
async function resultsOf({ denoiser, autoencoder }: OpenedDiffusionModel): Promise<Tensor[]> {
  const layers = denoiser.attentionLayers.map(({ id }) => id);
  const call = probeCall();
  const capture = new Map(layers.map((id) => [id, ['q', 'k', 'v'] as const]));
  const { prediction, captured } = await denoiser.evaluate({ ...call, capture });
  const attention = new Map([...captured!].map(([id, own]) => [id, { ...own, gamma: 0.5, tau: 1.5 }]));
  const swapped = await denoiser.evaluate({ ...call, timesteps: [981], attention });
  return [prediction, swapped.prediction, await autoencoder.decode(noise(2n, [1, 4, 16, 16]))];
}

function probeCall(): DenoiserCall {
  return {
    latent: noise(1n, [1, 4, PROBE_SIZE, PROBE_SIZE]),
    timesteps: [481],
    context: noise(3n, [1, PROBE_TOKENS, PROBE_CONTEXT]),
  };
}

function noise(seed: bigint, shape: readonly number[]): Tensor {
  return new TorchGenerator(seed).randn([...shape]);
}

/** Over the largest value; NaN or Infinity where the device gave none. */
function worstError(found: readonly Tensor[], expected: readonly Tensor[]): number {
  let worst = 0;
  for (const [i, { data }] of expected.entries()) {
    let [error, largest] = [0, 0];
    for (const [at, value] of data.entries()) {
      const difference = Math.abs(value - found[i]!.data[at]!);
      if (!(difference <= error)) error = difference;
      largest = Math.max(largest, Math.abs(value));
    }
    if (!(error / largest <= worst)) worst = error / largest;
  }
  return worst;
}

/** GFLOP/s of the fastest of a few evaluations. */
async function rateOf({ denoiser, parts }: OpenedDiffusionModel): Promise<number> {
  const graph = unet2dCondition({
    config: parts.unet.config,
    height: PROBE_SIZE,
    width: PROBE_SIZE,
    parameters: parameters(parts.unet.weights),
    attention: 'fused',
  });
  const { total } = countOperations(graph, { B: 1, contextTokens: PROBE_TOKENS });
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await denoiser.evaluate(probeCall());
    best = Math.max(best, total / (performance.now() - start) / 1e6);
  }
  return best;
}
