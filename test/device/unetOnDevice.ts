import { diffusionModelFromWeights } from '../../models/catalog/openDiffusionModel.ts';
import type { Device } from '../../models/runtime/device.ts';
import { attentionFormOf } from '../../models/runtime/probeFusedAttention.ts';
import { tryDevice } from '../../models/runtime/tryDevice.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import type { DenoiserResult } from '../../models/sampling/denoiser.ts';
import { openSafetensors } from '../../models/weights/openSafetensors.ts';
import { recipeWeights } from '../../server/cli/parity/recipeWeights.ts';

/** What the child process of the device test reports. */
export interface DeviceResult {
  readonly works: boolean;
  readonly note: string;
  /** Worst error of the golden UNet's prediction, and of the same with injected attention. */
  readonly errors?: readonly number[];
  readonly attention?: string;
}

/**
 * Runs the golden UNet on a device and prints a DeviceResult as JSON: `unetOnDevice.ts DEVICE FOLDER`. A process of its
 * own, because the Vulkan device is chosen by environment variables, and because a driver may take the process with it.
 */
const [device, folder] = process.argv.slice(2) as [Device, string];
console.log(JSON.stringify(await evaluate()));

async function evaluate(): Promise<DeviceResult> {
  const problem = await tryDevice(device);
  if (problem !== undefined) return { works: false, note: problem };
  const source = await recipeWeights(`${folder}weights-topo.recipe.json`);
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const options = { pool, device, hints: source.hints };
  const { denoiser } = await diffusionModelFromWeights(source, options);
  const file = await openSafetensors(`${folder}unet/unet-topo-more.safetensors`);
  const read = async (name: string) => {
    const bytes = await file.read(name);
    const { dtype, shape } = file.tensors.get(name)!;
    const data =
      dtype === 'int64'
        ? Float32Array.from(new BigInt64Array(bytes.buffer), Number)
        : new Float32Array(bytes.buffer);
    return { shape, data };
  };
  const call = {
    latent: await read('c.x'),
    timesteps: [...(await read('c.t')).data],
    context: await read('c.context'),
  };
  const layers = denoiser.attentionLayers.map(({ id }) => id);
  const expected = (await read('c.eps')).data;
  const errorOf = ({ prediction }: DenoiserResult) =>
    Math.max(...prediction.data.map((value, i) => Math.abs(value - expected[i]!)));
  const plain = await denoiser.evaluate({
    ...call,
    capture: new Map(layers.map((id) => [id, ['q', 'k', 'v']])),
  });
  // A layer's own features, put back from outside, change nothing.
  const attention = new Map([...plain.captured!].map(([id, own]) => [id, { ...own, gamma: 0.5, tau: 1 }]));
  const injected = await denoiser.evaluate({ ...call, attention });
  return {
    works: true,
    note: '',
    errors: [errorOf(plain), errorOf(injected)],
    attention: await attentionFormOf(device),
  };
}
