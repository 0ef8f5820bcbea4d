import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { elementCount } from '../../../../../models/tensor/tensor.ts';
import { memoryWeights, type MemoryTensor } from '../../../../../models/weights/memoryWeights.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import type { WeightSource } from '../../../../../models/weights/weightSource.ts';
import { writeSafetensors } from '../../../../../models/weights/writeSafetensors.ts';
import { GoldenCase } from '../../goldenCase.ts';

/** Where a tensor under diffusers names comes from: rows (end not included) of one, in another shape. */
interface Origin {
  readonly from: string;
  readonly rows?: readonly [number, number];
  readonly reshape?: readonly number[];
}

const parts = ['unet', 'vae'] as const;

/**
 * Writes the diffusers folder that a case used: its `weights` text names the image encoder's file, the authors' weights
 * and the map from their names (`component:name`) that UNet and autoencoder are made with; the configurations stand above
 * the image encoder's folder.
 */
export async function writeExemplarFolder(golden: GoldenCase, to: string): Promise<void> {
  const names = GoldenCase.namesIn(golden.json['weights'], /\.(?:safetensors|json)$/);
  const files = names.map((name) => golden.resolve(name));
  const sources = await Promise.all(
    files.filter((file) => file.endsWith('.safetensors')).map((file) => openWeightFile(file)),
  );
  const encoder = files.find((_, i) => sources[i]?.tensors.has('uncond_vector'));
  const authors = sources.find(({ tensors }) => tensors.has('learnable_vector'));
  const map = files.find((file) => file.endsWith('.json'));
  if (!encoder || !authors || !map) throw new Error('case.json does not name image encoder, weights and map');
  const origins = JSON.parse(await readFile(map, 'utf8')) as Readonly<Record<string, Origin>>;
  const configs = dirname(dirname(encoder));
  for (const part of [...parts, 'image_encoder']) {
    await mkdir(join(to, part), { recursive: true });
    await copyFile(join(configs, part, 'config.json'), join(to, part, 'config.json'));
  }
  await copyFile(encoder, join(to, 'image_encoder', 'model.safetensors'));
  await copyScheduler(configs, to);
  for (const part of parts) {
    const weights = await renamed(authors, part, origins);
    await writeSafetensors(join(to, part, 'diffusion_pytorch_model.safetensors'), weights);
  }
}

async function copyScheduler(configs: string, to: string): Promise<void> {
  const file = join('scheduler', 'scheduler_config.json');
  if (!existsSync(join(configs, file))) return;
  await mkdir(join(to, 'scheduler'), { recursive: true });
  await copyFile(join(configs, file), join(to, file));
}

async function renamed(
  source: WeightSource,
  part: string,
  origins: Readonly<Record<string, Origin>>,
): Promise<WeightSource> {
  const tensors = new Map<string, MemoryTensor>();
  for (const [name, { from, rows, reshape }] of Object.entries(origins)) {
    if (!name.startsWith(`${part}:`)) continue;
    const { dtype, shape } = source.tensors.get(from)!;
    const bytes = await source.read(from);
    const [first, end] = rows ?? [0, shape[0] ?? 1];
    const row = bytes.length / (shape[0] ?? 1);
    const own = reshape ?? [end - first, ...shape.slice(1)];
    const taken = rows ? bytes.slice(first * row, end * row) : bytes.slice();
    if (elementCount(own) !== (elementCount(shape) * (end - first)) / (shape[0] ?? 1))
      throw new Error(`${name} cannot be made of ${from}`);
    tensors.set(name.slice(part.length + 1), { dtype, shape: own, bytes: taken });
  }
  return memoryWeights(part, tensors);
}
