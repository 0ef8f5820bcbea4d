import type { DiffusionModel } from '../catalog/diffusionModel.ts';
import { openModel } from '../catalog/openModel.ts';
import { withParts } from '../catalog/withParts.ts';
import type { Device } from '../runtime/device.ts';
import type { Precision } from '../runtime/precision.ts';
import { SessionPool, type SessionRequest } from '../runtime/sessionPool.ts';
import { tensor } from '../tensor/tensor.ts';
import type { NetworkName } from './networkName.ts';

export interface PlacementRequest {
  /** File or folder of the model. */
  readonly path: string;
  /** What people call it. */
  readonly title: string;
  readonly network: NetworkName;
  readonly device: Device;
  readonly precision: Precision;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** What a latent's pixel covers where the model has no autoencoder that says it: as in all of Stable Diffusion. */
const DOWNSCALE = 8;

/**
 * Opens a network just as a run does, with onnxruntime writing to stderr where its operators are placed, and runs
 * nothing. Throws what opening the model throws, and ModelError when it has no such network. For a process of its own:
 * the session stays open.
 */
export async function logPlacement(request: PlacementRequest): Promise<void> {
  const { path, title, device, precision } = request;
  // What a UNet predicts does not change its operators; without a word about it, it would be run to find out.
  const hints = { predictionType: 'epsilon' } as const;
  const pool = new OpeningPool({ budgetBytes: 0 });
  const model = await openModel(path, { pool, device, precision, hints, logPlacement: true });
  await evaluate({ ...model, title }, request).catch((error: unknown) => {
    if (!(error instanceof SessionOpened)) throw error;
  });
}

async function evaluate(
  model: DiffusionModel,
  { network, width, height }: PlacementRequest,
): Promise<unknown> {
  if (network === 'text') return withParts(model, 'text').text.encode('');
  const pixels = tensor([1, 3, height, width]);
  if (network === 'encoder') return withParts(model, 'autoencoder').autoencoder.encode(pixels);
  const { downscale = DOWNSCALE } = model.autoencoder ?? {};
  const latent = (channels: number) => tensor([1, channels, height / downscale, width / downscale]);
  if (network === 'decoder') {
    const { autoencoder } = withParts(model, 'autoencoder');
    return autoencoder.decode(latent(autoencoder.latentChannels));
  }
  const { denoiser } = withParts(model, 'denoiser');
  const context = tensor([1, 1, model.parts?.unet?.config.crossAttentionDim ?? 0]);
  return denoiser.evaluate({ latent: latent(denoiser.latentChannels), timesteps: [1], context });
}

/** A session is open, and nothing further is wanted. */
class SessionOpened extends Error {}

/** Opens sessions and lets nobody run them. */
class OpeningPool extends SessionPool {
  override use<T>(request: SessionRequest): Promise<T> {
    return super.use<T>(request, () => Promise.reject(new SessionOpened()));
  }
}
