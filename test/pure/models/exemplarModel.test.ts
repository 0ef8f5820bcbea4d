import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiffusionModel } from '../../../models/catalog/diffusionModel.ts';
import { diffusersParts } from '../../../models/catalog/diffusersParts.ts';
import { exemplarFolder } from '../../../models/catalog/exemplarFolder.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import { withParts } from '../../../models/catalog/withParts.ts';
import { exemplarNameFromAuthors } from '../../../models/weights/exemplarNames.ts';
import { goldenShapes, hasShapes, readGolden, shaped, shapesNote } from '../../helpers/shapedWeights.ts';

describe.skipIf(!hasShapes)(`Paint by Example's files${shapesNote}`, () => {
  const published = () => goldenShapes('paint-by-example/keys-author-ckpt.json');

  it('has one map from the names of the authors to those of diffusers', () => {
    const map = readGolden<Record<string, { from: string; rows?: [number, number] }>>(
      'paint-by-example/author/name-map-to-diffusers.json',
    );
    const entries = Object.entries(map).filter(([name]) => name.startsWith('image_encoder:'));
    expect(entries.length).toBeGreaterThan(100);
    for (const [name, { from, rows }] of entries) {
      const renamed = exemplarNameFromAuthors(from);
      const found =
        typeof renamed === 'string'
          ? renamed
          : renamed?.find(({ index }) => index * 24 === (rows?.[0] ?? -1))?.name;
      expect(`image_encoder:${found}`).toBe(name);
    }
  });

  it('counts the mapper blocks, and needs no position_ids', () => {
    const shapes = published();
    const sizes = (): number | undefined =>
      singleFileParts(shaped(shapes, 'model.ckpt')).vision?.config.mapperBlocks;
    expect(sizes()).toBe(5);
    shapes.delete('cond_stage_model.transformer.vision_model.embeddings.position_ids');
    for (const name of shapes.keys()) if (name.includes('mapper.resblocks.4.')) shapes.delete(name);
    expect(sizes()).toBe(4);
  });

  it('names what a damaged image encoder lacks', () => {
    const shapes = published();
    shapes.delete('cond_stage_model.final_ln.bias');
    expect(() => singleFileParts(shaped(shapes))).toThrow(
      /image encoder comes closest to Paint by Example's image encoder .*missing: final_layer_norm\.bias/,
    );
  });

  it('says what a model without an image encoder looks like, and which is needed', () => {
    const shapes = published();
    for (const name of shapes.keys())
      if (/^(?:cond_stage_model|proj_out|learnable)/.test(name)) shapes.delete(name);
    const parts = singleFileParts(shaped(shapes));
    const { architecture } = describeParts(parts);
    const model = { title: 'model.ckpt', architecture, denoiser: {}, autoencoder: {} };
    expect(() => withParts(model as unknown as DiffusionModel, 'vision')).toThrow(
      'model.ckpt has no image encoder: it holds UNet and autoencoder only (Stable Diffusion 1.x inpainting); expected Paint by Example',
    );
  });
});

describe('where a diffusers folder has its image encoder', () => {
  let folder: string;
  const write = async (part: string, content: object) => {
    await mkdir(join(folder, part, '..'), { recursive: true });
    await writeFile(join(folder, part), JSON.stringify(content));
  };
  const config = 'image_encoder/config.json';
  const ours = 'PaintByExampleImageEncoder';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'impasto-exemplar-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is told by its own configuration, or by that of the whole', async () => {
    await write(config, { architectures: [ours] });
    expect(await exemplarFolder(folder)).toBe(join(folder, 'image_encoder'));
    await write(config, {});
    expect(await exemplarFolder(folder)).toBeUndefined();
    await write('model_index.json', { image_encoder: ['paint_by_example', ours] });
    expect(await exemplarFolder(folder)).toBe(join(folder, 'image_encoder'));
  });

  it('is missed where a download was broken off', async () => {
    await write('model_index.json', { image_encoder: ['paint_by_example', ours] });
    await expect(diffusersParts(folder)).rejects.toThrow(
      'is Paint by Example by its model_index.json, but image_encoder/config.json is missing; is it complete?',
    );
    for (const index of [{}, null, 4, { image_encoder: 5 }, { image_encoder: ['transformers', 'CLIP'] }]) {
      await writeFile(join(folder, 'model_index.json'), JSON.stringify(index));
      expect(await exemplarFolder(folder)).toBeUndefined();
    }
  });
});
