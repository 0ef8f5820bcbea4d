import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { elementCount } from '../../../models/tensor/tensor.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

interface Mapped {
  readonly name: string;
  readonly shape: readonly number[];
  readonly from: string;
}
type Part = 'unet' | 'vae' | 'text_encoder';
type Mapping = Readonly<Partial<Record<Part | 'vae_legacy_names', readonly Mapped[]>>>;

const weightFiles: Readonly<Record<Part, string>> = {
  unet: 'diffusion_pytorch_model.safetensors',
  vae: 'diffusion_pytorch_model.safetensors',
  text_encoder: 'model.safetensors',
};

/** The scheduler of run_styleid_diffusers.py for SD 1.5. */
const scheduler = {
  _class_name: 'DDIMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  set_alpha_to_one: false,
  steps_offset: 1,
  num_train_timesteps: 1000,
};

/**
 * Writes a model under diffusers names: a mapping file says which tensor of the recipe each one is, `configs` has the
 * config.json files. Legacy names are those that diffusers 0.14 gave the autoencoder's attention.
 */
export async function writeDiffusersFolder(options: {
  readonly recipe: WeightSource;
  readonly mapping: string;
  readonly configs: string;
  readonly legacyNames: boolean;
  readonly to: string;
}): Promise<void> {
  const { recipe, configs, legacyNames, to } = options;
  const mapping = JSON.parse(await readFile(options.mapping, 'utf8')) as Mapping;
  const legacy = new Map((mapping.vae_legacy_names ?? []).map((entry) => [entry.from, entry]));
  for (const part of ['unet', 'vae', 'text_encoder'] as const) {
    const entries = mapping[part];
    if (!entries || !existsSync(join(configs, part, 'config.json'))) continue;
    await mkdir(join(to, part), { recursive: true });
    await copyFile(join(configs, part, 'config.json'), join(to, part, 'config.json'));
    const renamed = legacyNames ? entries.map((entry) => legacy.get(entry.from) ?? entry) : entries;
    await writeSafetensors(join(to, part, weightFiles[part]), renamed, recipe);
  }
  await mkdir(join(to, 'scheduler'), { recursive: true });
  await writeFile(join(to, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler));
}

async function writeSafetensors(
  path: string,
  entries: readonly Mapped[],
  source: WeightSource,
): Promise<void> {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const { name, shape } of entries) {
    const end = offset + elementCount(shape) * 4;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.concat([length, json]));
    for (const { from } of entries) await file.write(await source.read(from));
  } finally {
    await file.close();
  }
}
