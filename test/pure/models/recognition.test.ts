import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../models/architectures/modelError.ts';
import { parseClipTextConfig } from '../../../models/architectures/clipTextConfig.ts';
import { parseUNetConfig } from '../../../models/architectures/unetConfig.ts';
import { networkTensors } from '../../../models/catalog/networkTensors.ts';
import { recogniseModel } from '../../../models/catalog/recogniseModel.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { findKnownFile } from '../../../models/catalog/recognition/knownFiles.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';
import { WeightsError } from '../../../models/weights/weightsError.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Weights of these shapes that nobody reads. */
function shaped(shapes: Iterable<readonly [string, readonly number[]]>): WeightSource {
  const tensors = new Map([...shapes].map(([name, shape]) => [name, { dtype: 'float16', shape }] as const));
  return { title: 'file', tensors, read: () => Promise.reject(new Error('only shapes')) };
}

const golden = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url));
const there = existsSync(golden);
const list = (file: string): Shapes =>
  new Map(Object.entries(JSON.parse(readFileSync(golden + file, 'utf8')) as Record<string, number[]>));
const prefixed = (prefix: string, shapes: Shapes): [string, readonly number[]][] =>
  [...shapes].map(([name, shape]) => [prefix + name, shape]);

describe.skipIf(!there)(`published key lists${there ? '' : ' (skipped: no golden data)'}`, () => {
  it.each([
    ['styleid/keys-sd-v1-4-ldm-single-file.json', 'diffusion', 'Stable Diffusion 1.x', 3],
    ['styleid/keys-sd-v1-4-diffusers-unet.json', 'unet', 'Stable Diffusion 1.x', 1],
    ['styleid/keys-sd-v1-4-diffusers-vae.json', 'autoencoder', "Stable Diffusion's autoencoder", 1],
    [
      'styleid/keys-sd-v1-4-diffusers-vae-legacy-names.json',
      'autoencoder',
      "Stable Diffusion's autoencoder",
      1,
    ],
    ['styleid/keys-sd-v1-4-diffusers-text_encoder.json', 'text-encoder', "CLIP ViT-L/14's text encoder", 1],
    ['phdiffusion/keys-sd-unet-vae.json', 'diffusion', 'Stable Diffusion 1.x', 2],
    ['paint-by-example/keys-author-ckpt.json', 'exemplar', 'Paint by Example', 3],
    [
      'paint-by-example/keys-diffusers-image_encoder.json',
      'image-encoder',
      "Paint by Example's image encoder",
      1,
    ],
    ['paint-by-example/keys-diffusers-unet.json', 'inpainting', 'Stable Diffusion 1.x inpainting', 1],
    ['paint-by-example/keys-diffusers-vae.json', 'autoencoder', "Stable Diffusion's autoencoder", 1],
    [
      'paint-by-example/keys-diffusers-vae-old-naming.json',
      'autoencoder',
      "Stable Diffusion's autoencoder",
      1,
    ],
  ])('%s is accepted', (file, role, architecture, count) => {
    const found = describeParts(singleFileParts(shaped(list(file))));
    expect(found).toMatchObject({ role, architecture });
    expect(found.parts).toHaveLength(count);
  });

  it.each([
    ['phdiffusion/keys-vgg_normalised.json', 'vgg'],
    ['deep-painterly-harmonization/keys-vgg19-caffe.json', 'vgg'],
    ['deep-painterly-harmonization/keys-vgg19-torchvision.json', 'vgg'],
    ['metrics/keys-vgg16.json', 'vgg'],
    ['metrics/keys-gatys-vgg_conv.json', 'vgg'],
    ['metrics/keys-alexnet.json', 'metric'],
    ['metrics/keys-art-inception.json', 'metric'],
    ['metrics/keys-fid-inception.json', 'metric'],
    ['metrics/keys-lpips-lin-v0.1-alex.json', 'metric'],
    ['metrics/keys-lpips-module-vgg.json', 'metric'],
    ['metrics/keys-clip-vit-b-32-hf.json', 'clip'],
    ['diffusionclip/keys-clip-vit-b-32.json', 'clip'],
    ['diffusionclip/keys-clip-vit-b-16.json', 'clip'],
    ['diffusionclip/keys-ddpm-celebahq-256.json', 'pixel-diffusion'],
    ['diffusionclip/keys-improved-ddpm-afhq-256.json', 'pixel-diffusion'],
    ['diffusionclip/keys-guided-diffusion-512-classcond.json', 'pixel-diffusion'],
    ['diffusionclip/keys-ir-se-50.json', 'metric'],
  ])('%s is told from a Stable Diffusion model', (file, role) => {
    expect(findKnownFile(list(file).keys())?.role).toBe(role);
  });

  it("tells PHDiffusion's adapter and the safety checker", () => {
    const adapter = [
      ...prefixed('ad.', list('phdiffusion/keys-phdiffusion-ad.json')),
      ...prefixed('interact.', list('phdiffusion/keys-phdiffusion-interact.json')),
    ];
    expect(findKnownFile(new Map(adapter).keys())?.role).toBe('adapter');
    const checker = shaped(list('paint-by-example/keys-diffusers-safety_checker.json'));
    expect(() => singleFileParts(checker)).toThrow(
      "is Stable Diffusion's safety checker, not Stable Diffusion (1.x",
    );
  });

  const single = () => new Map(list('styleid/keys-sd-v1-4-ldm-single-file.json'));

  it('takes any prefix, extra tensors outside the networks, and a missing position_ids', () => {
    const shapes = single();
    shapes.delete('cond_stage_model.transformer.text_model.embeddings.position_ids');
    const wrapped = prefixed('module.', shapes);
    const extras = [
      ['model_ema.decay', []],
      ['optimizer.lr', [1]],
    ] as const;
    expect(describeParts(singleFileParts(shaped([...wrapped, ...extras]))).parts).toHaveLength(3);
  });

  it('takes the old names of the text encoder, and diffusers names side by side in one file', () => {
    const old = [...single()].map(([name, shape]) => [name.replace('.text_model.', '.'), shape] as const);
    expect(describeParts(singleFileParts(shaped(old))).parts).toHaveLength(3);
    const side = [
      ...prefixed('unet.', list('styleid/keys-sd-v1-4-diffusers-unet.json')),
      ...prefixed('vae.', list('styleid/keys-sd-v1-4-diffusers-vae-legacy-names.json')),
      ...prefixed('text_encoder.', list('styleid/keys-sd-v1-4-diffusers-text_encoder.json')),
    ];
    expect(describeParts(singleFileParts(shaped(side)))).toMatchObject({ role: 'diffusion' });
  });

  it('uses the averaged copy when asked', () => {
    const shapes = single();
    const copies = [...shapes]
      .filter(([name]) => name.startsWith('model.diffusion_model.'))
      .map(([name, shape]) => [`model_ema.${name.slice(6).replaceAll('.', '')}`, shape] as const);
    const both = shaped([...shapes, ...copies, ['model_ema.decay', []]]);
    expect(describeParts(singleFileParts(both, { averaged: true })).parts).toHaveLength(3);
    expect(() => singleFileParts(shaped(shapes), { averaged: true })).toThrow('has no averaged weights');
  });

  it('names the closest architecture, with what is missing, misshaped and left over', () => {
    const shapes = single();
    const unet = 'model.diffusion_model.';
    shapes.delete(`${unet}input_blocks.0.0.weight`);
    shapes.delete(`${unet}time_embed.2.bias`);
    shapes.set(`${unet}out.2.bias`, [3]);
    shapes.set(`${unet}input_blocks.1.2.weight`, [1]);
    expect(() => singleFileParts(shaped(shapes))).toThrow(
      'its UNet comes closest to Stable Diffusion 1.x (686 tensors), but 2 tensors are missing: ' +
        'time_embedding.linear_2.bias; conv_in.weight. 1 tensor is of another shape than expected: ' +
        'conv_out.bias [3], expected [4]. 1 tensor is not part of it: input_blocks.1.2.weight',
    );
    for (const name of shapes.keys()) if (name.includes('middle_block')) shapes.delete(name);
    expect(() => singleFileParts(shaped(shapes))).toThrow(/48 tensors are missing: (\S+; ){10}\.\.\./);
  });

  it('says what a file is that cannot be used', () => {
    const xl = [...single(), ['model.diffusion_model.label_emb.0.0.weight', [1280, 2816]]] as const;
    expect(() => singleFileParts(shaped(xl as never))).toThrow(
      'file is Stable Diffusion XL, not Stable Diffusion (1.x or 2.x), Paint by Example or a part',
    );
    const lora = shaped([['lora_unet_down_blocks_0.lora_up.weight', [1, 1]]]);
    expect(() => singleFileParts(lora)).toThrow('file is a LoRA, which changes another model');
    expect(() => singleFileParts(shaped([['fc.weight', [10, 5]]]))).toThrow(
      'file is not recognised: its tensors are fc.weight [10, 5]; expected a UNet',
    );
  });
});

describe('Stable Diffusion 2.x', () => {
  const unetConfig = parseUNetConfig(
    { cross_attention_dim: 1024, use_linear_projection: true, attention_head_dim: [5, 10, 20, 20] },
    'f',
  );
  const textConfig = parseClipTextConfig(
    {
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      intermediate_size: 4096,
      hidden_act: 'gelu',
    },
    'f',
  );
  const unet = () => prefixed('unet.', networkTensors({ kind: 'unet', config: unetConfig }));

  /** Names as open_clip has them: queries, keys and values in one tensor. */
  function openClip(): [string, readonly number[]][] {
    const names: [RegExp, string][] = [
      [/^text_model\.encoder\.layers\.(\d+)\.self_attn\.q_proj\./, 'transformer.resblocks.$1.attn.in_proj_'],
      [/^text_model\.encoder\.layers\.(\d+)\.self_attn\.out_proj/, 'transformer.resblocks.$1.attn.out_proj'],
      [/^text_model\.encoder\.layers\.(\d+)\.layer_norm(\d)/, 'transformer.resblocks.$1.ln_$2'],
      [/^text_model\.encoder\.layers\.(\d+)\.mlp\.fc1/, 'transformer.resblocks.$1.mlp.c_fc'],
      [/^text_model\.encoder\.layers\.(\d+)\.mlp\.fc2/, 'transformer.resblocks.$1.mlp.c_proj'],
      [/^text_model\.embeddings\.position_embedding\.weight/, 'positional_embedding'],
      [/^text_model\.embeddings\.token_embedding/, 'token_embedding'],
      [/^text_model\.final_layer_norm/, 'ln_final'],
    ];
    const found: [string, readonly number[]][] = [
      ['text_projection', [1024, 1024]],
      ['logit_scale', []],
    ];
    for (const [name, shape] of networkTensors({ kind: 'text', config: textConfig })) {
      const rule = names.find(([pattern]) => pattern.test(name));
      if (!rule) continue;
      const together = name.includes('q_proj');
      found.push([name.replace(...rule), together ? [shape[0]! * 3, ...shape.slice(1)] : shape]);
    }
    return found;
  }

  it("is told by its linear projections, and OpenCLIP's encoder read without its last layer", () => {
    const text = prefixed('cond_stage_model.model.', new Map(openClip()));
    const parts = singleFileParts(shaped([...unet(), ...text]));
    expect(describeParts(parts)).toEqual({
      role: 'unet',
      architecture: 'Stable Diffusion 2.x',
      parts: ['UNet', 'text encoder'],
    });
    expect(parts.unet?.config.heads).toEqual([5, 10, 20, 20]);
    expect(parts.text?.config).toMatchObject({ layers: 23, heads: 16, activation: 'gelu', padding: 0 });
    const parted = parts.text?.weights.tensors.get('text_model.encoder.layers.3.self_attn.v_proj.weight');
    expect(parted?.shape).toEqual([1024, 1024]);
  });

  it('says what its UNet predicts only when the file does', () => {
    expect(singleFileParts(shaped(unet())).predictionType).toBeUndefined();
    const stated = new Map([['modelspec.prediction_type', 'v']]);
    expect(singleFileParts({ ...shaped(unet()), metadata: stated }).predictionType).toBe('v_prediction');
    expect(singleFileParts(shaped([...unet(), ['v_pred', []]])).predictionType).toBe('v_prediction');
    expect(singleFileParts(shaped(unet()), { predictionType: 'epsilon' }).predictionType).toBe('epsilon');
  });
});

describe('files made to be wrong', () => {
  const words =
    'model.diffusion_model first_stage_model encoder decoder down_blocks up_blocks mid_block down up ' +
    'block resnets attentions transformer_blocks attn2 to_k conv1 conv_in input_blocks output_blocks ' +
    'out op text_model embeddings token_embedding layers transformer resblocks in_proj_weight ' +
    'proj_in weight bias 0 1 2 7 9999999999 position_embedding self_attn mlp fc1 quant_conv ' +
    '__proto__ constructor';
  const piece = fc.constantFrom('', ...words.split(' '));
  const name = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join('.'));
  const shape = fc.array(fc.oneof(fc.integer({ min: 0, max: 64 }), fc.constantFrom(2 ** 31, 2 ** 52)), {
    maxLength: 5,
  });
  const outcome = (source: WeightSource): unknown => {
    try {
      return describeParts(singleFileParts(source)).parts.length > 0;
    } catch (error) {
      return error instanceof ModelError || error instanceof WeightsError || error;
    }
  };

  it('get a sentence', () => {
    const file = fc.array(fc.tuple(name, shape), { maxLength: 30 });
    fc.assert(
      fc.property(file, (tensors) => {
        expect(outcome(shaped(tensors))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.runIf(there)('get a sentence when they were right but for a few tensors', () => {
    const published = [...list('styleid/keys-sd-v1-4-ldm-single-file.json')];
    const change = fc.tuple(fc.nat(published.length - 1), fc.option(shape), fc.option(name));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        const tensors = new Map(published);
        for (const [at, other, renamed] of changes) {
          tensors.delete(published[at]![0]);
          if (other) tensors.set(renamed ?? published[at]![0], other);
        }
        expect(outcome(shaped(tensors))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('may have more blocks than any network, and names of any length', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `down_blocks.${i}.resnets.0.conv1.weight`);
    const tensors = many.map((block) => [block, [1, 1, 3, 3]] as [string, number[]]);
    expect(outcome(shaped(tensors))).toBe(true);
    const long = [[`down_blocks.0.resnets.0.${'x'.repeat(1e6)}`, [1]]] as [string, number[]][];
    expect(() => singleFileParts(shaped(long))).toThrow(/^[^]{1,3000}$/);
    const config = { num_hidden_layers: 1e9 };
    expect(() => parseClipTextConfig(config, 'f')).toThrow('f: num_hidden_layers is 1000000000');
  });
});

describe('recogniseModel', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'impasto-recognise-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('reads a file of another kind from disk', async () => {
    const path = join(root, 'vgg.safetensors');
    const tensors = new Map([['features.34.weight', { dtype: 'float32', shape: [1] }] as const]);
    await writeSafetensors(path, { title: 'vgg', tensors, read: async () => new Uint8Array(4) });
    expect(await recogniseModel(path)).toEqual({
      role: 'vgg',
      architecture: 'VGG-19 (torchvision)',
      parts: [],
    });
  });
});
