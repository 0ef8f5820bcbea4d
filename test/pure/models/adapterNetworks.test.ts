import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adapterNetworks } from '../../../models/catalog/adapterNetworks.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';
import { tinyAdapter } from '../../helpers/tinyAdapter.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Weights of these shapes that nobody reads. */
function shaped(shapes: Shapes): WeightSource {
  const tensors = [...shapes].map(([name, shape]) => [name, { dtype: 'float32', shape }] as const);
  return { ...tinyAdapter(), tensors: new Map(tensors) };
}

const own = new Map([...tinyAdapter().tensors].map(([name, { shape }]) => [name, shape]));
const changed = (change: (shapes: Map<string, readonly number[]>) => void): WeightSource => {
  const shapes = new Map(own);
  change(shapes);
  return shaped(shapes);
};

describe("PHDiffusion's file", () => {
  const golden = fileURLToPath(new URL('../../../../shared/golden/phdiffusion/', import.meta.url));
  it.skipIf(!existsSync(golden))('opens in its published layout', () => {
    const keys = ['ad', 'interact'].flatMap((part) => {
      const list = JSON.parse(readFileSync(`${golden}keys-phdiffusion-${part}.json`, 'utf8')) as object;
      return Object.entries(list).map(([name, shape]) => [`${part}.${name}`, shape as number[]] as const);
    });
    const networks = adapterNetworks(shaped(new Map(keys)))!;
    expect(networks.encoder.config.levelChannels).toEqual([320, 640, 1280, 1280]);
    expect(networks.fusion.config.blockChannels).toEqual([1280, 1280]);
  });

  it('is read whatever its sizes are', () => {
    const networks = adapterNetworks(tinyAdapter('any.pth', [8, 16, 32, 64]))!;
    expect(networks.encoder.config.levelChannels).toEqual([8, 16, 32, 64]);
    expect(networks.fusion.config.blockChannels).toEqual([32, 64]);
  });

  it('may hold other things beside the two networks', () => {
    expect(adapterNetworks(changed((shapes) => shapes.set('optimizer.lr', [1])))).toBeDefined();
  });

  it.each([
    [
      'a missing tensor',
      (shapes: Map<string, readonly number[]>) => shapes.delete('ad.body.3.block1.bias'),
      /adapter\.pth \(ad\): its adaptive encoder comes closest to an adaptive encoder with 32, 32, 32, 32 channels \(\d+ tensors\), but 1 tensor is missing: body\.3\.block1\.bias/,
    ],
    [
      'another shape',
      (shapes: Map<string, readonly number[]>) => shapes.set('interact.1.fc.weight', [32, 32, 1]),
      /\(interact\): its fusion part .* 1 tensor is of another shape than expected: 1\.fc\.weight \[32, 32, 1\], expected \[32, 64\]/,
    ],
    [
      'a tensor too many',
      (shapes: Map<string, readonly number[]>) => shapes.set('ad.body.0.skep.weight', [32, 32, 1, 1]),
      /1 tensor is not part of it: body\.0\.skep\.weight/,
    ],
    [
      'no fusion blocks',
      (shapes: Map<string, readonly number[]>) => {
        for (const name of shapes.keys()) if (name.startsWith('interact.')) shapes.delete(name);
      },
      /its fusion part comes closest to PHDiffusion's two fusion blocks \(32 tensors\), but 32 tensors are missing/,
    ],
    [
      'sizes that no fusion block can have',
      (shapes: Map<string, readonly number[]>) => shapes.set('interact.0.norm.weight', [33]),
      /PHDiffusion's two fusion blocks/,
    ],
  ])('is refused with %s', (_, change, sentence) => {
    expect(() => adapterNetworks(changed((shapes) => void change(shapes)))).toThrow(sentence);
  });

  it('is told from a T2I-Adapter, which has one half of it', () => {
    const bare = new Map(
      [...own].flatMap(([name, shape]) => (name.startsWith('ad.') ? [[name.slice(3), shape]] : [])),
    );
    expect(adapterNetworks(shaped(bare as Shapes))).toBeUndefined();
    expect(() => singleFileParts(shaped(bare as Shapes))).toThrow(
      /is a T2I-Adapter, or PHDiffusion's adaptive encoder/,
    );
  });
});
