import {
  diffusionModelFromWeights,
  type OpenedDiffusionModel,
} from '../../models/catalog/openDiffusionModel.ts';
import { modelFromParts } from '../../models/catalog/openModel.ts';
import type { Device } from '../../models/runtime/device.ts';
import { attentionFormOf } from '../../models/runtime/probeFusedAttention.ts';
import { tryDevice } from '../../models/runtime/tryDevice.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { openSafetensors } from '../../models/weights/openSafetensors.ts';
import { recipeWeights } from '../../server/cli/parity/recipeWeights.ts';
import { tinyHarmonisers } from '../helpers/tinyHarmonisers.ts';
import { tinyExemplarModel, wave } from '../helpers/tinyExemplarModel.ts';

/** What the child process of the device test reports. */
export interface DeviceResult {
  readonly works: boolean;
  readonly note: string;
  /** Largest error of each golden network, over the largest value. */
  readonly errors?: Readonly<Record<string, number>>;
  readonly attention?: string;
}

/**
 * Runs the golden networks on a device and prints a DeviceResult as JSON: `networksOnDevice.ts DEVICE FOLDER`. A process of its
 * own, because the Vulkan device is chosen by environment variables, and because a driver may take the process with it.
 */
const [device, folder] = process.argv.slice(2) as [Device, string];
console.log(JSON.stringify(await evaluate()));

async function evaluate(): Promise<DeviceResult> {
  const problem = await tryDevice(device);
  if (problem !== undefined) return { works: false, note: problem };
  const source = await recipeWeights(`${folder}weights-topo.recipe.json`);
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const model = await diffusionModelFromWeights(source, { pool, device, hints: source.hints });
  const errors = {
    ...(await unetErrors(model)),
    ...(await vaeErrors(model)),
    ...(await textErrors(model)),
    ...(await inpaintingErrors(pool)),
    ...(await harmonisingErrors(pool)),
  };
  return { works: true, note: '', errors, attention: await attentionFormOf(device) };
}

/** Plain, and with attention injected from outside. */
async function unetErrors({ denoiser }: OpenedDiffusionModel): Promise<Record<string, number>> {
  const file = await tensors('unet/unet-topo-more.safetensors');
  const [latent, context, expected] = [await file('c.x'), await file('c.context'), await file('c.eps')];
  const call = { latent, context, timesteps: [...(await file('c.t')).data] };
  const capture = new Map(denoiser.attentionLayers.map(({ id }) => [id, ['q', 'k', 'v'] as const]));
  const plain = await denoiser.evaluate({ ...call, capture });
  // A layer's own features, put back from outside, change nothing.
  const attention = new Map([...plain.captured!].map(([id, own]) => [id, { ...own, gamma: 0.5, tau: 1 }]));
  const swapped = await denoiser.evaluate({ ...call, attention });
  return {
    UNet: worst(plain.prediction, expected),
    'UNet with KV swap': worst(swapped.prediction, expected),
  };
}

async function vaeErrors({ autoencoder }: OpenedDiffusionModel): Promise<Record<string, number>> {
  const file = await tensors('vae/vae-topo.safetensors');
  const { mean } = await autoencoder.encode(await file('image'));
  const decoded = await autoencoder.decode(await file('latent'));
  return { encoder: worst(mean, await file('mean')), decoder: worst(decoded, await file('decoded')) };
}

/** The golden file's first row is the empty prompt. */
async function textErrors({ text }: OpenedDiffusionModel): Promise<Record<string, number>> {
  const file = await tensors('clip-text/clip-topo.safetensors');
  const { conditioning } = await text!.encode('');
  return { 'text encoder': worst(conditioning, await file('last_hidden_state')) };
}

/** Nine channels, and CLIP's image encoder with its mapper: against the CPU, with generated weights. */
async function inpaintingErrors(pool: SessionPool): Promise<Record<string, number>> {
  const parts = tinyExemplarModel();
  const run = async (on: Device) => {
    const { denoiser, vision } = await modelFromParts(parts, { pool, device: on });
    const embedding = await vision!.encode(wave([1, 3, 28, 28]));
    const context = await vision!.condition(embedding);
    const call = { latent: wave([2, 4, 4, 6]), timesteps: [5, 500], extra: wave([1, 5, 4, 6]) };
    return { context, ...(await denoiser!.evaluate({ ...call, context })) };
  };
  const [found, expected] = [await run(device), await run('cpu')];
  return {
    'inpainting UNet': worst(found.prediction, expected.prediction),
    'image encoder': worst(found.context, expected.context),
  };
}

/** An adaptive encoder, and a UNet with fusion blocks in it, at an odd size: against the CPU, with generated weights. */
async function harmonisingErrors(pool: SessionPool): Promise<Record<string, number>> {
  const run = async (on: Device) => {
    const { denoiser, steering } = await tinyHarmonisers({ pool, device: on });
    const given = await steering(9, 16);
    const call = { latent: wave([1, 4, 9, 16]), timesteps: [500], steering: given };
    return { feature: given.features[2]!, ...(await denoiser.evaluate(call)) };
  };
  const [found, expected] = [await run(device), await run('cpu')];
  return {
    'adaptive encoder': worst(found.feature, expected.feature),
    'UNet with fusion': worst(found.prediction, expected.prediction),
  };
}

async function tensors(path: string): Promise<(name: string) => Promise<Tensor>> {
  const file = await openSafetensors(`${folder}${path}`);
  return async (name) => {
    const bytes = await file.read(name);
    const { dtype, shape } = file.tensors.get(name)!;
    const data =
      dtype === 'int64'
        ? Float32Array.from(new BigInt64Array(bytes.buffer), Number)
        : new Float32Array(bytes.buffer);
    return { shape, data };
  };
}

/** Over the largest value, and over as many values as were found. */
function worst(found: Tensor, expected: Tensor): number {
  let [error, largest] = [0, 0];
  for (const [i, value] of found.data.entries()) {
    error = Math.max(error, Math.abs(value - expected.data[i]!));
    largest = Math.max(largest, Math.abs(expected.data[i]!));
  }
  return error / largest;
}
