import { expect, it } from 'vitest';
import { describeGolden, differing, golden, goldenModel, worstError } from './golden.ts';

describeGolden('UNet against the authors', () => {
  it('predicts what the small model predicts', async () => {
    const file = await golden('unet/unet-small.safetensors');
    const { denoiser } = await goldenModel('small');
    const { prediction } = await denoiser.evaluate({
      latent: await file.get('x'),
      timesteps: [...(await file.get('t')).data],
      context: await file.get('context'),
    });
    expect(worstError(prediction, await file.get('eps'))).toBeLessThan(2e-4);
  });

  it('has every inner value of the topology model', async () => {
    const file = await golden('unet/unet-topo-activations.safetensors');
    const inner = file.names.filter((name) => !['x', 't', 'context', 'eps'].includes(name));
    const { denoiser } = await goldenModel('topo', {
      unet: inner.map((name) => name.replace('detail.', '')),
    });
    const { prediction, exposed } = await denoiser.evaluateExposing({
      latent: await file.get('x'),
      timesteps: [...(await file.get('t')).data],
      context: await file.get('context'),
    });
    expect(worstError(prediction, await file.get('eps'))).toBeLessThan(2e-4);
    const error = async (name: string) =>
      worstError(exposed.get(name.replace('detail.', ''))!, await file.get(name));
    expect(await differing(inner, { tolerance: 2e-4, error })).toEqual([]);
  });

  it.each(['a', 'b', 'c'])('takes other batches, sizes and contexts: %s', async (name) => {
    const file = await golden('unet/unet-topo-more.safetensors');
    const { denoiser } = await goldenModel('topo');
    const { prediction } = await denoiser.evaluate({
      latent: await file.get(`${name}.x`),
      timesteps: [...(await file.get(`${name}.t`)).data],
      context: await file.get(`${name}.context`),
    });
    expect(worstError(prediction, await file.get(`${name}.eps`))).toBeLessThan(2e-4);
  });

  it('uses the encoded empty prompt when no context is given', async () => {
    const file = await golden('unet/unet-topo-more.safetensors');
    const { denoiser } = await goldenModel('topo');
    const { prediction } = await denoiser.evaluate({
      latent: await file.get('c.x'),
      timesteps: [...(await file.get('c.t')).data],
    });
    expect(worstError(prediction, await file.get('c.eps'))).toBeLessThan(2e-4);
  });

  it('takes latents with odd sides', async () => {
    const { denoiser } = await goldenModel('topo');
    const latent = { shape: [2, 4, 9, 13], data: new Float32Array(2 * 4 * 9 * 13).fill(0.5) };
    const { prediction } = await denoiser.evaluate({ latent, timesteps: [5, 7] });
    expect(prediction.shape).toEqual([2, 4, 9, 13]);
    expect(prediction.data.every(Number.isFinite)).toBe(true);
  });
});
