import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DiffusionModel } from '../../../models/catalog/diffusionModel.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import { withParts } from '../../../models/catalog/withParts.ts';
import { exemplarNameFromAuthors } from '../../../models/weights/exemplarNames.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

const golden = fileURLToPath(new URL('../../../../shared/golden/paint-by-example/', import.meta.url));
const there = existsSync(golden);
const read = <T>(file: string): T => JSON.parse(readFileSync(golden + file, 'utf8')) as T;
type Shapes = Record<string, number[]>;

/** Weights of these shapes that nobody reads. */
function shaped(shapes: Shapes): WeightSource {
  const entries = Object.entries(shapes);
  const tensors = new Map(entries.map(([name, shape]) => [name, { dtype: 'float16', shape }] as const));
  return { title: 'model.ckpt', tensors, read: () => Promise.reject(new Error('only shapes')) };
}

describe.skipIf(!there)(`Paint by Example's files${there ? '' : ' (skipped: no golden data)'}`, () => {
  it('has one map from the names of the authors to those of diffusers', () => {
    const map = read<Record<string, { from: string; rows?: [number, number] }>>(
      'author/name-map-to-diffusers.json',
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
    const shapes = read<Shapes>('keys-author-ckpt.json');
    const sizes = (): number | undefined => singleFileParts(shaped(shapes)).vision?.config.mapperBlocks;
    expect(sizes()).toBe(5);
    delete shapes['cond_stage_model.transformer.vision_model.embeddings.position_ids'];
    for (const name of Object.keys(shapes)) if (name.includes('mapper.resblocks.4.')) delete shapes[name];
    expect(sizes()).toBe(4);
  });

  it('names what a damaged image encoder lacks', () => {
    const shapes = read<Shapes>('keys-author-ckpt.json');
    delete shapes['cond_stage_model.final_ln.bias'];
    expect(() => singleFileParts(shaped(shapes))).toThrow(
      /image encoder comes closest to Paint by Example's image encoder .*missing: final_layer_norm\.bias/,
    );
  });

  it('says what a model without an image encoder looks like, and which is needed', () => {
    const shapes = read<Shapes>('keys-author-ckpt.json');
    for (const name of Object.keys(shapes))
      if (/^(?:cond_stage_model|proj_out|learnable)/.test(name)) delete shapes[name];
    const parts = singleFileParts(shaped(shapes));
    const { architecture } = describeParts(parts);
    const model = { title: 'model.ckpt', architecture, denoiser: {}, autoencoder: {} };
    expect(() => withParts(model as unknown as DiffusionModel, 'vision')).toThrow(
      'model.ckpt has no image encoder: it holds UNet and autoencoder only (Stable Diffusion 1.x inpainting); expected Paint by Example',
    );
  });
});
