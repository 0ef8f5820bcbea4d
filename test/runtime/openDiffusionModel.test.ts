import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDiffusionModel } from '../../models/catalog/openDiffusionModel.ts';
import { toFloat16 } from '../../models/tensor/float16.ts';
import { renameWeights } from '../../models/weights/renameWeights.ts';
import type { WeightSource } from '../../models/weights/weightSource.ts';
import { writeSafetensors } from '../../models/weights/writeSafetensors.ts';
import { recipeWeights } from '../../server/cli/parity/recipeWeights.ts';
import { describeGolden, golden, goldenFolder, pool, worstError } from './golden.ts';

interface Mapping {
  name: string;
  shape: number[];
  from: string;
}
type Part = 'unet' | 'vae' | 'text_encoder' | 'vae_legacy_names';

const files = { unet: 'diffusion_pytorch_model', vae: 'diffusion_pytorch_model', text_encoder: 'model' };

let root: string;
let recipe: WeightSource;
let mapping: Record<Part, Mapping[]>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'impasto-models-'));
  recipe = await recipeWeights(`${goldenFolder}weights-topo.recipe.json`);
  mapping = JSON.parse(
    await readFile(`${goldenFolder}diffusers/mapping-topo.json`, 'utf8'),
  ) as typeof mapping;
});
afterAll(() => rm(root, { recursive: true }));

/** The diffusers view of the recipe, with the shapes that the mapping states. */
function diffusersWeights(part: keyof typeof files, legacy: boolean): WeightSource {
  const old = new Map(mapping.vae_legacy_names.map((entry) => [entry.from, entry]));
  const entries = mapping[part].map((entry) =>
    legacy && part === 'vae' ? (old.get(entry.from) ?? entry) : entry,
  );
  const names = new Map(entries.map(({ name, from }) => [from, name]));
  const renamed = renameWeights(recipe, (name) => names.get(name));
  const shaped = entries.map(({ name, shape }) => [name, { dtype: 'float32', shape }] as const);
  return { ...renamed, tensors: new Map(shaped) };
}

/** The same in half precision; all values of the golden weights are exact in it. */
function halfPrecision(source: WeightSource): WeightSource {
  const tensors = [...source.tensors].map(
    ([name, { shape }]) => [name, { dtype: 'float16', shape }] as const,
  );
  const read = async (name: string, limit?: number) => {
    const whole = await source.read(name);
    const halves = toFloat16(new Float32Array(whole.buffer, whole.byteOffset, whole.byteLength / 4));
    return new Uint8Array(halves.buffer).subarray(0, limit);
  };
  return { title: source.title, tensors: new Map(tensors), read };
}

async function writeFolder(
  name: string,
  { legacy = false, half = false }: { legacy?: boolean; half?: boolean } = {},
): Promise<string> {
  const folder = join(root, name);
  for (const part of ['unet', 'vae', 'text_encoder'] as const) {
    await mkdir(join(folder, part), { recursive: true });
    const config = await readFile(`${goldenFolder}diffusers/topo/${part}/config.json`);
    await writeFile(join(folder, part, 'config.json'), config);
    const source = diffusersWeights(part, legacy);
    const path = join(folder, part, `${files[part]}.safetensors`);
    await writeSafetensors(path, half ? halfPrecision(source) : source);
  }
  return folder;
}

/** Worst errors of the UNet, the encoder and the decoder. */
async function goldenErrors(path: string): Promise<number[]> {
  const model = await openDiffusionModel(path, { pool, device: 'cpu' });
  const unet = await golden('unet/unet-topo-more.safetensors');
  const { prediction } = await model.denoiser.evaluate({
    latent: await unet.get('c.x'),
    timesteps: [...(await unet.get('c.t')).data],
  });
  const vae = await golden('vae/vae-topo.safetensors');
  const { mean } = await model.autoencoder.encode(await vae.get('image'));
  const decoded = await model.autoencoder.decode(await vae.get('latent'));
  await pool.release();
  return [
    worstError(prediction, await unet.get('c.eps')),
    worstError(mean, await vae.get('mean')),
    worstError(decoded, await vae.get('decoded')),
  ];
}

describeGolden('opening models', () => {
  it('runs a diffusers folder', async () => {
    expect(Math.max(...(await goldenErrors(await writeFolder('plain'))))).toBeLessThan(2e-4);
  });

  it('runs a diffusers folder with old names and half-precision weights', async () => {
    const folder = await writeFolder('legacy', { legacy: true, half: true });
    expect(Math.max(...(await goldenErrors(folder)))).toBeLessThan(2e-4);
  });

  it('runs a single file in the original naming, with tensors that are no part of it', async () => {
    const path = join(root, 'single.safetensors');
    const extra = new Map([...recipe.tensors, ['model_ema.decay', { dtype: 'float32', shape: [] }] as const]);
    const read = async (name: string) => (name === 'model_ema.decay' ? new Uint8Array(4) : recipe.read(name));
    await writeSafetensors(path, { title: 'single', tensors: extra, read });
    const model = await openDiffusionModel(path, { pool, device: 'cpu' });
    expect(model).toMatchObject({ layout: 'single-file', title: 'single.safetensors' });
    expect(model.parts.unet.config).toMatchObject({
      blockOutChannels: [32, 64, 128, 128],
      layersPerBlock: 2,
    });
    const unet = await golden('unet/unet-topo-more.safetensors');
    const { prediction } = await model.denoiser.evaluate({
      latent: await unet.get('a.x'),
      timesteps: [...(await unet.get('a.t')).data],
      context: await unet.get('a.context'),
    });
    expect(worstError(prediction, await unet.get('a.eps'))).toBeLessThan(2e-4);
    await pool.release();
  });

  it('has one hash for one model, and another for another', async () => {
    const [first, half] = [join(root, 'plain'), join(root, 'legacy')];
    const open = async (path: string) => (await openDiffusionModel(path, { pool })).hash;
    expect(await open(first)).toBe(await open(first));
    expect(await open(first)).not.toBe(await open(half));
    // Another vocabulary makes other tokens of the same prompt.
    const before = await open(half);
    await mkdir(join(half, 'tokenizer'));
    await writeFile(join(half, 'tokenizer/vocab.json'), '{"<|startoftext|>": 0, "<|endoftext|>": 1}');
    await writeFile(join(half, 'tokenizer/merges.txt'), '');
    expect(await open(half)).not.toBe(before);
  });

  it('reads the scheduler', async () => {
    const folder = await writeFolder('scheduled');
    await mkdir(join(folder, 'scheduler'));
    const config = join(folder, 'scheduler/scheduler_config.json');
    await writeFile(config, JSON.stringify({ prediction_type: 'v_prediction', beta_end: 0.02 }));
    const { denoiser } = await openDiffusionModel(folder, { pool });
    expect(denoiser.predictionType).toBe('v_prediction');
    await writeFile(config, JSON.stringify({ prediction_type: 'sample' }));
    await expect(openDiffusionModel(folder, { pool })).rejects.toThrow('prediction_type is "sample"');
  });

  it('says what is wrong with a folder', async () => {
    const folder = await writeFolder('broken');
    const failure = async () =>
      openDiffusionModel(folder, { pool }).then(
        () => 'opened',
        (e: Error) => e.message,
      );
    const config = join(folder, 'unet/config.json');
    const good = JSON.parse(await readFile(config, 'utf8')) as object;
    const change = (fields: object) => writeFile(config, JSON.stringify({ ...good, ...fields }));
    await change({ cross_attention_dim: 768 });
    expect(await failure()).toMatch(
      /cross_attention_dim is 768, but the tensor down_blocks.0.*has the shape \[32, 32\]/,
    );
    await change({ block_out_channels: [32, 64, 128, 256] });
    expect(await failure()).toMatch(/block_out_channels\[3\] is 256, but the tensor down_blocks.3/);
    await change({ layers_per_block: 3 });
    expect(await failure()).toMatch(/layers_per_block does not fit .* which lacks down_blocks.0.resnets.2/);
    await change({ attention_head_dim: 7 });
    expect(await failure()).toMatch(/attention_head_dim is 7, which does not divide the 32 channels/);
    await writeFile(config, '{');
    expect(await failure()).toMatch(/^unet\/config.json is not valid JSON/);
    await rm(config);
    expect(await failure()).toBe('unet/config.json is missing');
    await change({});
    await rm(join(folder, 'vae'), { recursive: true });
    expect(await failure()).toMatch(/^broken has no autoencoder: it holds UNet and text encoder only/);
  });

  it('says what is wrong with a single file', async () => {
    const open = async (name: string, keep: (tensor: string) => boolean) => {
      const path = join(root, name);
      await writeSafetensors(
        path,
        renameWeights(recipe, (tensor) => (keep(tensor) ? tensor : undefined)),
      );
      return openDiffusionModel(path, { pool }).then(
        () => 'opened',
        (e: Error) => e.message,
      );
    };
    expect(await open('unet.safetensors', (name) => name.startsWith('model.diffusion_model.'))).toBe(
      'unet.safetensors has no autoencoder: it holds UNet only (UNet with 32, 64, 128, 128 channels)',
    );
    expect(await open('none.safetensors', () => false)).toMatch(
      /^none.safetensors holds no tensors; expected a UNet/,
    );
    expect(await open('part.safetensors', (name) => !name.includes('output_blocks.7'))).toMatch(
      /^part.safetensors \(under diffusers names\): its UNet comes closest to a UNet with 32, .*, but \d+ tensors are missing: up_blocks.2.resnets.1/,
    );
    await expect(openDiffusionModel(join(root, 'nothing'), { pool })).rejects.toThrow('There is no model at');
    await writeFile(join(root, 'model.ckpt'), 'x');
    await expect(openDiffusionModel(join(root, 'model.ckpt'), { pool })).rejects.toThrow(
      'model.ckpt: this is neither a .safetensors nor a PyTorch file',
    );
  });
});
