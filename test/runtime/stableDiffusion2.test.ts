import { afterAll, expect, it } from 'vitest';
import { parseClipTextConfig } from '../../models/architectures/clipTextConfig.ts';
import { parseUNetConfig } from '../../models/architectures/unetConfig.ts';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import { modelFromParts, modelFromWeights } from '../../models/catalog/openModel.ts';
import { singleFileParts } from '../../models/catalog/singleFileParts.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import type { WeightInfo, WeightSource } from '../../models/weights/weightSource.ts';

const pool = new SessionPool({ budgetBytes: 1e9 });
afterAll(() => pool.release());

const unet = generateWeights({
  kind: 'unet',
  config: parseUNetConfig(
    {
      block_out_channels: [64, 64],
      layers_per_block: 1,
      cross_attention_dim: 64,
      use_linear_projection: true,
      attention_head_dim: 1,
      down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'],
      up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D'],
    },
    'unet',
  ),
});
const textConfig = parseClipTextConfig(
  {
    vocab_size: 49408,
    hidden_size: 64,
    num_hidden_layers: 3,
    num_attention_heads: 1,
    intermediate_size: 128,
    hidden_act: 'gelu',
  },
  'text',
);
const text = generateWeights({ kind: 'text', config: textConfig });

/** The UNet in a single file, whose answer is pushed up or down by its last bias. */
function unetFile(bias: number): WeightSource {
  const read: WeightSource['read'] = async (name, limit) =>
    name === 'unet.conv_out.bias'
      ? new Uint8Array(new Float32Array(4).fill(bias).buffer)
      : unet.read(name.slice('unet.'.length), limit);
  const tensors = [...unet.tensors].map(([name, info]) => [`unet.${name}`, info] as const);
  return { title: `sd2${bias}`, tensors: new Map(tensors), read };
}

it.each([
  [-3, 'v_prediction'],
  [0, 'epsilon'],
] as const)('asks a UNet what it predicts when its file does not say it (%d)', async (bias, expected) => {
  const { denoiser } = await modelFromWeights(unetFile(bias), { pool, device: 'cpu' });
  expect(denoiser?.predictionType).toBe(expected);
  // What it was asked with is not kept.
  expect(pool.keys).toEqual([]);
  const told = { pool, device: 'cpu', hints: { predictionType: 'v_prediction' } } as const;
  expect((await modelFromWeights(unetFile(bias), told)).denoiser?.predictionType).toBe('v_prediction');
});

/** The text encoder under OpenCLIP's names, with a last layer that is not to be used. */
function openClipFile(): WeightSource {
  const joined = new Map<string, { info: WeightInfo; from: readonly string[] }>();
  const add = (name: string, ...from: string[]) => {
    const { dtype, shape } = text.tensors.get(`text_model.${from[0]}`)!;
    const info = { dtype, shape: [shape[0]! * from.length, ...shape.slice(1)] };
    joined.set(`cond_stage_model.model.${name}`, { info, from: from.map((one) => `text_model.${one}`) });
  };
  add('positional_embedding', 'embeddings.position_embedding.weight');
  add('token_embedding.weight', 'embeddings.token_embedding.weight');
  for (const kind of ['weight', 'bias']) {
    add(`ln_final.${kind}`, `final_layer_norm.${kind}`);
    for (let layer = 0; layer < 4; layer++) {
      const to = `transformer.resblocks.${layer}`;
      const from = `encoder.layers.${Math.min(layer, 2)}`;
      add(`${to}.attn.in_proj_${kind}`, ...['q', 'k', 'v'].map((x) => `${from}.self_attn.${x}_proj.${kind}`));
      add(`${to}.attn.out_proj.${kind}`, `${from}.self_attn.out_proj.${kind}`);
      for (const norm of [1, 2]) add(`${to}.ln_${norm}.${kind}`, `${from}.layer_norm${norm}.${kind}`);
      add(`${to}.mlp.c_fc.${kind}`, `${from}.mlp.fc1.${kind}`);
      add(`${to}.mlp.c_proj.${kind}`, `${from}.mlp.fc2.${kind}`);
    }
  }
  return {
    title: 'openclip',
    tensors: new Map([...joined].map(([name, { info }]) => [name, info])),
    read: async (name, limit) => {
      const parts = await Promise.all(joined.get(name)!.from.map((one) => text.read(one)));
      return new Uint8Array(Buffer.concat(parts)).subarray(0, limit);
    },
  };
}

it("reads OpenCLIP's text encoder as transformers would have it, and encodes with it", async () => {
  const parts = singleFileParts(openClipFile(), { textHeads: 1 });
  expect(parts.text?.config).toEqual({ ...textConfig, padding: 0 });
  const { weights } = parts.text!;
  expect([...weights.tensors.keys()].toSorted()).toEqual([...text.tensors.keys()].toSorted());
  for (const name of text.tensors.keys())
    expect(Buffer.compare(await weights.read(name), await text.read(name))).toBe(0);
  const { text: encoder } = await modelFromParts(parts, { pool, device: 'cpu' });
  const { conditioning, count } = await encoder!.encode('a red boat');
  expect(count).toBe(3);
  expect(conditioning.shape).toEqual([1, 77, 64]);
  expect(conditioning.data.every(Number.isFinite)).toBe(true);
});
