import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../../models/image/decodePicture.ts';
import type { Picture } from '../../models/image/picture.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import {
  applyLatentPreview,
  fitLatentPreview,
  type LatentPreviewMap,
} from '../../models/sampling/latentPreview.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { z } from 'zod';

const mapSchema = z.object({
  channels: z.int(),
  weights: z.array(z.number()),
  bias: z.array(z.number()),
});

/** Small pictures make the fit quick also for a large autoencoder; a linear map needs no more. */
const SIDE = 128;
const PICTURES = 6;

/** Quick looks at latents: one linear map for each autoencoder, fitted on the sample pictures, kept on disk. */
export class LatentPreviews {
  readonly #folders: { readonly cache: string; readonly samples: string };
  readonly #maps = new Map<string, Promise<LatentPreviewMap>>();

  constructor(folders: { readonly cache: string; readonly samples: string }) {
    this.#folders = folders;
  }

  /** The map for an autoencoder; the first time ever, this encodes a few small pictures. What fails once is not tried again. */
  prepare(autoencoder: Autoencoder): Promise<LatentPreviewMap> {
    const known = this.#maps.get(autoencoder.key);
    if (known) return known;
    const map = this.#load(autoencoder);
    this.#maps.set(autoencoder.key, map);
    return map;
  }

  /** `[1, C, h, w]` as a picture of w x h pixels. */
  async show(latent: Tensor, autoencoder: Autoencoder): Promise<Picture> {
    return applyLatentPreview(latent, await this.prepare(autoencoder));
  }

  async #load(autoencoder: Autoencoder): Promise<LatentPreviewMap> {
    const name = createHash('sha256').update(autoencoder.key).digest('hex');
    const path = join(this.#folders.cache, `${name}.json`);
    const saved = await readMap(path, autoencoder.latentChannels);
    if (saved) return saved;
    const map = await fitLatentPreview(autoencoder, await this.#samples());
    await writeMap(path, map).catch((error: Error) => {
      console.error(`The preview map could not be kept: ${error.message}`);
    });
    return map;
  }

  async #samples(): Promise<Picture[]> {
    const { samples } = this.#folders;
    const names = (await readdir(samples)).filter((name) => /\.(png|jpg|webp)$/.test(name)).sort();
    return Promise.all(
      names.slice(0, PICTURES).map(async (name) => {
        const { picture } = await decodePicture(await readFile(join(samples, name)));
        return resizePicture(picture, { width: SIDE, height: SIDE, filter: 'box' });
      }),
    );
  }
}

async function readMap(path: string, channels: number): Promise<LatentPreviewMap | undefined> {
  try {
    const map = mapSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const whole = map.channels === channels && map.weights.length === 3 * channels && map.bias.length === 3;
    return whole ? map : undefined;
  } catch {
    return undefined;
  }
}

async function writeMap(path: string, map: LatentPreviewMap): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, JSON.stringify(map));
  await rename(aside, path);
}
