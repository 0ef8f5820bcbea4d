import { autoencoderDecoder, autoencoderEncoder } from '../architectures/autoencoderKL.ts';
import { ModelError } from '../architectures/modelError.ts';
import type { Autoencoder, Posterior } from '../sampling/autoencoder.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { Network } from './modelParts.ts';
import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

export interface KlAutoencoderOptions {
  readonly network: Network<AutoencoderConfig>;
  readonly hash: string;
  readonly place: RunPlace;
  readonly expose?: readonly string[];
}

/** An autoencoder that also hands back the values that its graphs expose. */
export interface ExposingAutoencoder extends Autoencoder {
  encodeExposing(pixels: Tensor): Promise<ReadonlyMap<string, Tensor>>;
  /** Takes a latent as the decoder does: not scaled. */
  decodeExposing(latent: Tensor): Promise<ReadonlyMap<string, Tensor>>;
}

/** AutoencoderKL as an autoencoder: one session per picture size for each half. */
export function klAutoencoder({
  network,
  hash,
  place,
  expose = [],
}: KlAutoencoderOptions): ExposingAutoencoder {
  const { config, weights } = network;
  const { latentChannels, scalingFactor } = config;
  const downscale = 2 ** (config.blockOutChannels.length - 1);

  const run = async (half: 'encoder' | 'decoder', input: Tensor): Promise<ReadonlyMap<string, Tensor>> => {
    const [, , height = 0, width = 0] = input.shape;
    const wanted = expose.filter((path) => partOf(path) === half);
    const name = `${half}:${height}x${width}${wanted.length > 0 ? `:${wanted.join()}` : ''}`;
    const graph = half === 'encoder' ? autoencoderEncoder : autoencoderDecoder;
    const [from, to] = half === 'encoder' ? ['pixels', 'moments'] : ['latent', 'pixels'];
    return withNetwork(
      place,
      {
        name,
        hash,
        weights: renameWeights(weights, (path) => (partOf(path) === half ? path : undefined)),
        build: (how) => graph({ ...how, config, height, width, expose: wanted }),
      },
      (session) => session.run({ [from!]: input }, [to!, ...wanted]),
    );
  };
  const encodeExposing = async (pixels: Tensor) => {
    checkSize(pixels, { channels: config.inChannels, multiple: downscale, what: 'pictures' });
    return run('encoder', pixels);
  };
  const decodeExposing = async (latent: Tensor) => {
    checkSize(latent, { channels: latentChannels, multiple: 1, what: 'latents' });
    return run('decoder', latent);
  };
  return {
    key: `autoencoder:${hash}`,
    latentChannels,
    downscale,
    scalingFactor,
    encodeExposing,
    decodeExposing,
    encode: async (pixels) => splitMoments((await encodeExposing(pixels)).get('moments')!),
    decode: async (latent) => {
      const data = latent.data.map((value) => value / scalingFactor);
      return (await decodeExposing({ shape: latent.shape, data })).get('pixels')!;
    },
  };
}

/** Which half a weight or a layer belongs to. */
function partOf(path: string): 'encoder' | 'decoder' {
  return path.startsWith('encoder.') || /^quant_conv(\.|$)/.test(path) ? 'encoder' : 'decoder';
}

/** Mean and log variance `[B, C, h, w]` of the encoder's `[B, 2C, h, w]`; the log variance is clamped to [-30, 20]. */
export function splitMoments(moments: Tensor): Posterior {
  const [rows = 1, channels = 0, height = 0, width = 0] = moments.shape;
  const shape = [rows, channels / 2, height, width];
  const size = (channels / 2) * height * width;
  const mean = new Float32Array(rows * size);
  const logvar = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const start = row * size * 2;
    mean.set(moments.data.subarray(start, start + size), row * size);
    for (let i = 0; i < size; i++) {
      logvar[row * size + i] = Math.min(20, Math.max(-30, moments.data[start + size + i]!));
    }
  }
  return { mean: { shape, data: mean }, logvar: { shape, data: logvar } };
}

function checkSize({ shape }: Tensor, need: { channels: number; multiple: number; what: string }): void {
  const { channels, multiple, what } = need;
  const fits =
    shape.length === 4 && shape[1] === channels && shape[2]! % multiple === 0 && shape[3]! % multiple === 0;
  if (fits && shape.every((size) => size > 0)) return;
  const sides = multiple > 1 ? ` with sides that are multiples of ${multiple}` : '';
  const expected = `[B, ${channels}, H, W]${sides}`;
  throw new ModelError('input', `The autoencoder takes ${what} ${expected}, found [${shape.join(', ')}]`);
}
