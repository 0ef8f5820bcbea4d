import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recogniseModel } from '../../../models/catalog/recogniseModel.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { vggWeights } from '../../../models/catalog/vggWeights.ts';
import { findKnownFile } from '../../../models/catalog/recognition/knownFiles.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';
import { tinyAdapter } from '../../helpers/tinyAdapter.ts';
import { tinyUNet } from '../../helpers/tinyExemplarModel.ts';
import { goldenShapes, hasShapes, prefixed, shaped, shapesNote } from '../../helpers/shapedWeights.ts';

describe.skipIf(!hasShapes)(`published key lists${shapesNote}`, () => {
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
    ['paint-by-example/keys-diffusers-unet.json', 'unet', 'Stable Diffusion 1.x inpainting', 1],
    ['paint-by-example/keys-diffusers-vae.json', 'autoencoder', "Stable Diffusion's autoencoder", 1],
    [
      'paint-by-example/keys-diffusers-vae-old-naming.json',
      'autoencoder',
      "Stable Diffusion's autoencoder",
      1,
    ],
  ])('%s is accepted', (file, role, architecture, count) => {
    const found = describeParts(singleFileParts(shaped(goldenShapes(file))));
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
    expect(findKnownFile(goldenShapes(file).keys())?.role).toBe(role);
  });

  it("tells PHDiffusion's adapter and the safety checker", () => {
    const adapter = [
      ...prefixed('ad.', goldenShapes('phdiffusion/keys-phdiffusion-ad.json')),
      ...prefixed('interact.', goldenShapes('phdiffusion/keys-phdiffusion-interact.json')),
    ];
    expect(findKnownFile(new Map(adapter).keys())?.role).toBe('adapter');
    const checker = shaped(goldenShapes('paint-by-example/keys-diffusers-safety_checker.json'));
    expect(() => singleFileParts(checker)).toThrow(
      "is Stable Diffusion's safety checker, not Stable Diffusion (1.x",
    );
  });

  const single = () => new Map(goldenShapes('styleid/keys-sd-v1-4-ldm-single-file.json'));

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
      ...prefixed('unet.', goldenShapes('styleid/keys-sd-v1-4-diffusers-unet.json')),
      ...prefixed('vae.', goldenShapes('styleid/keys-sd-v1-4-diffusers-vae-legacy-names.json')),
      ...prefixed('text_encoder.', goldenShapes('styleid/keys-sd-v1-4-diffusers-text_encoder.json')),
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

  it.each([
    ['VGG-16', ['features.0.weight', 'features.28.weight']],
    ['VGG-16 (Caffe)', ['conv1_1.weight', 'conv3_3.weight', 'conv4_1.weight', 'conv4_3.weight']],
    [
      'a VGG with batch normalisation',
      ['features.0.weight', 'features.1.running_mean', 'features.8.running_mean', 'features.8.weight'],
    ],
  ])('says that VGG-19 is needed where there is %s', (name, tensors) => {
    const file = shaped(tensors.map((tensor) => [tensor, [1]] as const));
    expect(vggWeights(file)).toBeUndefined();
    expect(() => singleFileParts(file)).toThrow(`file is ${name}; expected VGG-19 (VGG_ILSVRC_19`);
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

describe('a UNet of sizes that nobody published', () => {
  it.each([
    [4, 'UNet with 32, 32 channels'],
    [9, 'UNet for inpainting with 32, 32 channels'],
  ])('with %i channels is called by them', (channels, architecture) => {
    const { config, weights } = tinyUNet(channels);
    const facts = { title: 'x', layout: 'diffusers', schedule: { trainSteps: 500 } } as const;
    expect(describeParts({ ...facts, unet: { config, weights } })).toMatchObject({
      role: 'unet',
      architecture,
      trainSteps: 500,
    });
  });
});

describe('recogniseModel', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'impasto-recognise-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('reads a file of another kind from disk', async () => {
    const path = join(root, 'alexnet.safetensors');
    const names = ['features.8.weight', 'features.10.weight'];
    const tensors = new Map(names.map((name) => [name, { dtype: 'float32', shape: [1] }] as const));
    await writeSafetensors(path, { title: 'alexnet', tensors, read: async () => new Uint8Array(4) });
    expect(await recogniseModel(path)).toEqual({ role: 'metric', architecture: 'AlexNet', parts: [] });
  });

  it('says which levels an adapter is made for, and which a UNet has', async () => {
    const path = join(root, 'adapter.safetensors');
    await writeSafetensors(path, tinyAdapter('adapter', [8, 16, 32, 64]));
    expect(await recogniseModel(path)).toMatchObject({ role: 'adapter', levels: [8, 16, 32, 64] });
    const builtin = fileURLToPath(new URL('../../../models/builtin/model', import.meta.url));
    expect(await recogniseModel(builtin)).toMatchObject({
      role: 'diffusion',
      levels: [48, 96, 192],
      trainSteps: 1000,
    });
  });
});
