import { describe, expect, it } from 'vitest';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import type { VisionEncoder } from '../../../models/vision/visionEncoder.ts';
import type { Latent } from '../../../nodes/contract/portValues.ts';
import type { NodeServices } from '../../../nodes/contract/services.ts';
import { loadModel } from '../../../nodes/diffusion/loadModel.ts';
import { clipVisionEncode } from '../../../nodes/inpaint/clipVisionEncode.ts';
import { inpaintConditioning } from '../../../nodes/inpaint/inpaintConditioning.ts';
import { loadExemplarModel } from '../../../nodes/inpaint/loadExemplarModel.ts';
import { loadImageEncoder } from '../../../nodes/inpaint/loadImageEncoder.ts';
import { pasteBack } from '../../../nodes/inpaint/pasteBack.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

const autoencoder: Autoencoder = {
  key: 'fake',
  latentChannels: 4,
  downscale: 8,
  scalingFactor: 1,
  encode: async ({ shape: [, , height = 0, width = 0] }) => {
    const shape = [1, 4, height / 8, width / 8];
    return { mean: tensor(shape), logvar: tensor(shape) };
  },
  decode: () => Promise.reject(new Error('not needed')),
};
const grey = (width: number, height: number, level = 128) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(level),
});
/** Selects the left `share` of the picture by `value`. */
const maskOf = (share: number, value = 1, { width, height } = { width: 16, height: 16 }) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => (i % width < share * width ? value : 0)),
});
const painter = (also: Partial<Denoiser> = {}) => fakeDenoiser({ extraChannels: 5, ...also });

describe('Inpaint Conditioning', () => {
  const image = grey(16, 16);
  const run = (inputs: Record<string, unknown>, params: Record<string, unknown> = {}) =>
    callNode(
      inpaintConditioning,
      { denoiser: painter(), autoencoder, image, mask: maskOf(0.5), ...inputs },
      params,
    );

  it('shows the model picture and mask in every evaluation, in the order of the layout', async () => {
    for (const [layout, channel, expected] of [
      ['author', 4, [0, 1, 0, 1]],
      ['diffusers', 4, [0, 1, 0, 1]],
      ['stable-diffusion', 0, [1, 0, 1, 0]],
    ] as const) {
      const denoiser = painter();
      const { outputs } = await run({ denoiser }, { layout });
      const call = { latent: ramp([1, 4, 2, 2]), timesteps: [5] };
      await (outputs['denoiser'] as Denoiser).evaluate(call);
      const extra = denoiser.calls[0]!.extra!;
      expect(extra.shape).toEqual([1, 5, 2, 2]);
      expect(Array.from(extra.data.slice(channel * 4, channel * 4 + 4))).toEqual(expected);
    }
  });

  it('draws in the order of each program: the authors the masked picture’s latent first', async () => {
    const generator = new TorchGenerator(7);
    const shape = [1, 4, 2, 2];
    const [first, second] = [generator.randn(shape), generator.randn(shape)];
    const start = async (layout: string) =>
      ((await run({}, { layout, seed: '7' })).outputs['noise'] as Latent).samples;
    expect(await start('author')).toEqual(second);
    expect(await start('diffusers')).toEqual(first);
    expect(await start('stable-diffusion')).toEqual(first);
  });

  it('stretches a mask of another size, and warns of one that leaves nothing or that no cell shows', async () => {
    const whole = await run({ mask: maskOf(1, 1, { width: 3, height: 5 }) });
    expect(whole.notes['warning']).toMatch(/selects everything/);
    const pixel = maskOf(0);
    pixel.data[0] = 1;
    for (const layout of ['author', 'stable-diffusion'])
      expect((await run({ mask: { ...pixel, data: pixel.data.slice() } }, { layout })).notes['warning']).toBe(
        layout === 'author'
          ? 'The hole is smaller than a latent cell and the model is not shown where it is: grow the mask'
          : undefined,
      );
  });

  it('refuses an empty mask before anything is computed', async () => {
    await expect(run({ mask: maskOf(0) })).rejects.toThrow(
      'The mask selects nothing, so nothing would change; expected one that selects what is to be painted.',
    );
    await expect(run({ mask: maskOf(1, 0.5) })).rejects.toThrow('selects no pixel by more than a half');
  });

  it('says which model it was given, and which is needed', async () => {
    const plain = fakeDenoiser({ architecture: 'Stable Diffusion 1.x' });
    await expect(run({ denoiser: plain })).rejects.toThrow(
      'This denoiser is of Stable Diffusion 1.x; expected Paint by Example or Stable Diffusion inpainting, which take 5 channels besides the latent; this one takes nothing.',
    );
    const depth = painter({ architecture: 'Stable Diffusion 2.x depth', extraChannels: 1 });
    await expect(run({ denoiser: depth })).rejects.toThrow('this one takes 1.');
    const other = painter({ inpainting: 'stable-diffusion' });
    await expect(run({ denoiser: other })).rejects.toThrow(
      'This denoiser is of Stable Diffusion inpainting, and the layout is that of Paint by Example. Choose the layout of the model.',
    );
  });

  it('refuses a latent of another size than the picture', async () => {
    const { outputs } = await run({});
    const call = { latent: ramp([1, 4, 3, 2]), timesteps: [5] };
    expect(() => (outputs['denoiser'] as Denoiser).evaluate(call)).toThrow(
      'The latent has 2 x 3 cells, and the picture to be filled 2 x 2',
    );
  });
});

describe('CLIP Vision Encode', () => {
  const vision: VisionEncoder = {
    key: 'fake',
    imageSize: 8,
    encode: async ({ shape }) => ({ classToken: tensor([1, shape[2]!]), encoderKey: 'fake' }),
    condition: () => Promise.reject(new Error('not needed')),
    unconditional: () => Promise.reject(new Error('not needed')),
  };

  it('takes a picture of one pixel, and refuses the middle of a strip', async () => {
    for (const fit of ['author', 'diffusers']) {
      const { outputs } = await callNode(clipVisionEncode, { vision, image: grey(1, 1) }, { fit });
      expect(outputs['embedding']).toMatchObject({ classToken: { shape: [1, 8] } });
    }
    const strip = { vision, image: grey(2, 200) };
    expect((await callNode(clipVisionEncode, strip, { fit: 'author' })).outputs).toHaveProperty('embedding');
    await expect(callNode(clipVisionEncode, strip, { fit: 'diffusers' })).rejects.toThrow(
      'The exemplar has 2 x 200 pixels and is a strip, whose middle shows next to nothing; expected a picture that is at most 64 times as long as wide.',
    );
  });
});

describe('Paste Back', () => {
  const paste = async (inputs: Record<string, unknown>, feather: number) => {
    const given = { original: grey(16, 16, 10), result: grey(16, 16, 210), mask: maskOf(0.5), ...inputs };
    const { outputs } = await callNode(pasteBack, given, { feather });
    return outputs['image'] as ReturnType<typeof grey>;
  };

  it('keeps the original to the last level outside the mask', async () => {
    const { data } = await paste({}, 0);
    expect([data[0], data[7 * 3], data[8 * 3], data[15 * 3]]).toEqual([210, 210, 10, 10]);
  });

  it('softens the edge to both sides', async () => {
    const row = Array.from((await paste({}, 4)).data.slice(0, 48).filter((_, i) => i % 3 === 0));
    expect(row[0]).toBe(210);
    expect(row.at(-1)).toBe(10);
    expect(row.toSorted((a, b) => b - a)).toEqual(row);
    expect(new Set(row).size).toBeGreaterThan(5);
  });

  it('softens nothing where the mask goes on beyond the picture', async () => {
    const { data } = await paste({ mask: maskOf(0.5) }, 4);
    for (const y of [0, 7, 15]) expect(data[y * 48]).toBe(210);
    expect((await paste({ mask: maskOf(1) }, 8)).data.every((level) => level === 210)).toBe(true);
  });

  it('gives the original back for an empty mask, and takes a result of another size', async () => {
    expect(await paste({ mask: maskOf(0) }, 8)).toEqual(grey(16, 16, 10));
    const { width, data } = await paste({ result: grey(8, 24, 210), mask: maskOf(1) }, 0);
    expect([width, data[0], data.at(-1)]).toEqual([16, 210, 210]);
  });
});

describe('a model of another kind', () => {
  const services = (model: object) => ({ openModel: async () => model }) as unknown as Partial<NodeServices>;
  const facts = { title: 'model.ckpt', hash: '00', layout: 'single-file', denoiser: painter(), autoencoder };

  it('is sent to the node that opens it', async () => {
    const exemplar = { ...facts, architecture: 'Paint by Example', vision: {} };
    await expect(callNode(loadModel, {}, {}, services(exemplar))).rejects.toThrow(
      'model.ckpt is Paint by Example, which is shown a picture instead of a prompt: Load Exemplar Model opens it',
    );
    const plain = { ...facts, architecture: 'Stable Diffusion 1.x inpainting' };
    await expect(callNode(loadExemplarModel, {}, {}, services(plain))).rejects.toThrow(
      'model.ckpt has no image encoder: it holds UNet and autoencoder only (Stable Diffusion 1.x inpainting); expected Paint by Example',
    );
    const withText = { ...plain, text: {} };
    await expect(callNode(loadImageEncoder, {}, {}, services(withText))).rejects.toThrow(
      'model.ckpt has no image encoder: it holds UNet, autoencoder and text encoder only',
    );
  });

  it('gives its image encoder alone', async () => {
    const alone = { ...facts, denoiser: undefined, autoencoder: undefined, vision: {} };
    const { outputs } = await callNode(loadImageEncoder, {}, {}, services(alone));
    expect(outputs['vision']).toBe(alone.vision);
  });
});
