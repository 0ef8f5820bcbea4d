import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  diffusionModelFromWeights,
  type OpenedDiffusionModel,
} from '../../models/catalog/openDiffusionModel.ts';
import { halfPrecision } from '../../models/graph/halfPrecision.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { toFloat16 } from '../../models/tensor/float16.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { openSafetensors } from '../../models/weights/openSafetensors.ts';
import { parameters } from '../../models/weights/parameters.ts';
import type { WeightSource } from '../../models/weights/weightSource.ts';
import { writeSafetensors } from '../../models/weights/writeSafetensors.ts';
import { autoencoderDecoder } from '../../models/architectures/autoencoderKL.ts';
import { clipTextEncoder } from '../../models/architectures/clipTextEncoder.ts';
import { unet2dCondition } from '../../models/architectures/unet2dCondition.ts';
import { unetAttentionLayers } from '../../models/architectures/unetAttentionLayers.ts';
import { attentionFeeds } from '../../models/catalog/attentionFeeds.ts';
import type { Graph } from '../../models/graph/graph.ts';
import { recipeWeights } from '../../server/cli/parity/recipeWeights.ts';
import { describeGolden, golden, goldenFolder, goldenModel, pool, worstError } from './golden.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-half-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Largest difference over the largest value. */
const relative = (found: Tensor, expected: Tensor) =>
  worstError(found, expected) / expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The network as a GPU gets it in half precision, on the CPU: onnxruntime rounds what each operator gives. */
async function inHalf(graph: Graph, bound: ReturnType<typeof parameters>) {
  await bound.load(graph);
  return openSession(halfPrecision(graph), { device: 'cpu' });
}

async function unetCall() {
  const file = await golden('unet/unet-topo-more.safetensors');
  const [latent, context] = [await file.get('c.x'), await file.get('c.context')];
  return { latent, context, timesteps: [...(await file.get('c.t')).data], expected: await file.get('c.eps') };
}

describeGolden('half precision on golden weights', () => {
  it('the UNet stays within 0.3 % of the authors', async () => {
    const { parts } = await goldenModel('topo');
    const { latent, context, timesteps, expected } = await unetCall();
    const bound = parameters(parts.unet.weights);
    const [height, width] = [latent.shape[2]!, latent.shape[3]!];
    const { config } = parts.unet;
    for (const attention of ['plain', 'fused'] as const) {
      const graph = unet2dCondition({ config, height, width, parameters: bound, attention });
      const session = await inHalf(graph, bound);
      const times = { shape: [timesteps.length], data: Float32Array.from(timesteps) };
      const hooks = attentionFeeds({ latent, timesteps }, unetAttentionLayers(config));
      const found = await session.run({ latent, context, timesteps: times, ...hooks }, ['prediction']);
      const error = relative(found.get('prediction')!, expected);
      expect(error).toBeLessThan(3e-3);
      // Else it would not be half precision.
      expect(error).toBeGreaterThan(1e-5);
      await session.release();
    }
  });

  it('the decoder and the text encoder stay within 0.3 % of the authors', async () => {
    const { parts } = await goldenModel('topo');
    const vae = await golden('vae/vae-topo.safetensors');
    const latent = await vae.get('latent');
    const bound = parameters(parts.autoencoder.weights);
    const [height, width] = [latent.shape[2]!, latent.shape[3]!];
    const how = { parameters: bound, attention: 'plain' } as const;
    const decoder = await inHalf(
      autoencoderDecoder({ ...how, config: parts.autoencoder.config, height, width }),
      bound,
    );
    const scale = parts.autoencoder.config.scalingFactor;
    const unscaled = { shape: latent.shape, data: latent.data.map((value) => value / scale) };
    const pixels = (await decoder.run({ latent: unscaled }, ['pixels'])).get('pixels')!;
    expect(relative(pixels, await vae.get('decoded'))).toBeLessThan(3e-3);
    await decoder.release();

    const clip = await golden('clip-text/clip-topo.safetensors');
    const ids = await clip.get('input_ids');
    const words = parameters(parts.text!.weights);
    const text = await inHalf(
      clipTextEncoder({ config: parts.text!.config, parameters: words, attention: 'plain' }),
      words,
    );
    const tokens = { shape: ids.shape, data: Int32Array.from(ids.data) };
    const states = (await text.run({ tokens }, ['last_hidden_state'])).get('last_hidden_state')!;
    expect(relative(states, await clip.get('last_hidden_state'))).toBeLessThan(3e-3);
    await text.release();
  });

  it('on the CPU, weights that a file stores in half precision are held so, and nothing else changes', async () => {
    const path = join(folder, 'half.safetensors');
    const recipe = await recipeWeights(`${goldenFolder}weights-topo.recipe.json`);
    await writeSafetensors(path, narrowed(recipe));
    const open = async (precision: 'float32' | 'float16'): Promise<OpenedDiffusionModel> =>
      diffusionModelFromWeights(await openSafetensors(path), {
        pool,
        precision,
        hints: recipe.hints,
      });
    const [wide, held] = [await open('float32'), await open('float16')];
    const { latent, context, timesteps } = await unetCall();
    const [expected, found] = [
      await wide.denoiser.evaluate({ latent, context, timesteps }),
      await held.denoiser.evaluate({ latent, context, timesteps }),
    ];
    expect(relative(found.prediction, expected.prediction)).toBeLessThan(1e-5);
  });

  it('on the CPU, float32 weights are narrowed to be held in half precision', async () => {
    const recipe = await recipeWeights(`${goldenFolder}weights-topo.recipe.json`);
    const options = { pool, hints: recipe.hints };
    const model = await diffusionModelFromWeights(recipe, { ...options, precision: 'float16' });
    const { latent, context, timesteps, expected } = await unetCall();
    const { prediction } = await model.denoiser.evaluate({ latent, context, timesteps });
    expect(relative(prediction, expected)).toBeLessThan(2e-3);
    expect(relative(prediction, expected)).toBeGreaterThan(1e-6);
  });
});

/** Float32 weights as a file in half precision would store them. */
function narrowed(source: WeightSource): WeightSource {
  const tensors = [...source.tensors].map(([name, info]) => [name, { ...info, dtype: 'float16' }] as const);
  const read = async (name: string, limit?: number) => {
    const { buffer } = await source.read(name);
    return new Uint8Array(toFloat16(new Float32Array(buffer)).buffer).subarray(0, limit);
  };
  return { title: source.title, tensors: new Map(tensors), read };
}
