import { expect, it } from 'vitest';
import { splitMoments } from '../../models/catalog/klAutoencoder.ts';
import { describeGolden, differing, golden, goldenModel, worstError } from './golden.ts';

describeGolden('autoencoder against the authors', () => {
  it.each(['small', 'topo'] as const)('encodes and decodes: %s', async (name) => {
    const file = await golden(`vae/vae-${name}.safetensors`);
    const { autoencoder } = await goldenModel(name);
    const { mean, logvar } = await autoencoder.encode(await file.get('image'));
    expect(worstError(mean, await file.get('mean'))).toBeLessThan(2e-4);
    expect(worstError(logvar, await file.get('logvar'))).toBeLessThan(2e-4);
    const decoded = await autoencoder.decode(await file.get('latent'));
    expect(worstError(decoded, await file.get('decoded'))).toBeLessThan(2e-4);
  });

  it('has every inner value', async () => {
    const file = await golden('vae/vae-topo-activations.safetensors');
    const inner = file.names.filter((name) => !['image', 'z', 'decoded'].includes(name));
    const { autoencoder } = await goldenModel('topo', { autoencoder: inner });
    const exposed = new Map([
      ...(await autoencoder.encodeExposing(await file.get('image'))),
      ...(await autoencoder.decodeExposing(await file.get('z'))),
    ]);
    expect(worstError(exposed.get('pixels')!, await file.get('decoded'))).toBeLessThan(2e-4);
    const error = async (name: string) => worstError(exposed.get(name)!, await file.get(name));
    expect(await differing(inner, { tolerance: 2e-4, error })).toEqual([]);
  });

  it('clamps the log variance', async () => {
    const file = await golden('vae/gaussian-clamp.safetensors');
    const { logvar } = splitMoments(await file.get('moments'));
    expect(worstError(logvar, await file.get('logvar'))).toBe(0);
  });

  it('says which sizes it takes', async () => {
    const { autoencoder } = await goldenModel('small');
    const odd = { shape: [1, 3, 60, 64], data: new Float32Array(3 * 60 * 64) };
    await expect(autoencoder.encode(odd)).rejects.toThrow('multiples of 8, found [1, 3, 60, 64]');
  });
});
