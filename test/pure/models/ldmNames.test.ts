import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { currentVaeName, unetNameFromLdm, vaeNameFromLdm } from '../../../models/weights/ldmNames.ts';

const golden = fileURLToPath(new URL('../../../../shared/golden/styleid/', import.meta.url));
const there = existsSync(golden);
const describeGolden = there ? describe : describe.skip;

const read = <T>(file: string): T => JSON.parse(readFileSync(golden + file, 'utf8')) as T;

type Shapes = Record<string, number[]>;
interface Mapping {
  name: string;
  shape: number[];
  from: string;
}

const ldmPrefixes = {
  unet: 'model.diffusion_model.',
  vae: 'first_stage_model.',
  text: 'cond_stage_model.transformer.',
} as const;

const rename = {
  unet: (name: string) => unetNameFromLdm(name.slice(ldmPrefixes.unet.length), 2),
  vae: (name: string) => vaeNameFromLdm(name.slice(ldmPrefixes.vae.length), 4),
  text: (name: string) => name.slice(ldmPrefixes.text.length),
};

const withoutOnes = (shape: readonly number[]) => shape.filter((size) => size !== 1);

describeGolden(`names of the published layouts${there ? '' : ' (skipped: no golden data)'}`, () => {
  it.each([
    ['unet', 'keys-sd-v1-4-diffusers-unet.json'],
    ['vae', 'keys-sd-v1-4-diffusers-vae.json'],
    ['text', 'keys-sd-v1-4-diffusers-text_encoder.json'],
  ] as const)('maps the whole single file: %s', (part, list) => {
    const expected = read<Shapes>(list);
    const found: Shapes = {};
    for (const [name, shape] of Object.entries(read<Shapes>('keys-sd-v1-4-ldm-single-file.json'))) {
      if (name.startsWith(ldmPrefixes[part])) found[rename[part](name)!] = withoutOnes(shape);
    }
    const plain = Object.fromEntries(
      Object.entries(expected).map(([name, shape]) => [name, withoutOnes(shape)]),
    );
    expect(found).toEqual(plain);
  });

  it('knows the autoencoder names of old diffusers versions', () => {
    const old = read<Shapes>('keys-sd-v1-4-diffusers-vae-legacy-names.json');
    const current = read<Shapes>('keys-sd-v1-4-diffusers-vae.json');
    expect(
      Object.fromEntries(Object.entries(old).map(([name, shape]) => [currentVaeName(name), shape])),
    ).toEqual(current);
  });

  it.each(['small', 'topo'])('agrees with the golden mapping: %s', (model) => {
    const mapping = read<Record<'unet' | 'vae' | 'text_encoder', Mapping[]>>(
      `diffusers/mapping-${model}.json`,
    );
    for (const { name, from } of mapping.unet) expect(rename.unet(from)).toBe(name);
    for (const { name, from } of mapping.vae) expect(rename.vae(from)).toBe(name);
    for (const { name, from } of mapping.text_encoder) expect(rename.text(from)).toBe(name);
  });
});

describe('names that are not the network', () => {
  it('are left out', () => {
    expect(unetNameFromLdm('label_emb.0.0.weight', 2)).toBeUndefined();
    expect(vaeNameFromLdm('loss.logvar', 4)).toBeUndefined();
  });
});
