import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../models/catalog/openModel.ts';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { pictureOf, startEngine } from '../../helpers/startEngine.ts';
import { toyDocument } from '../../pure/engine/toyNodes.ts';

let folder: string;
let engine: ReturnType<typeof startEngine>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-masked-'));
  engine = startEngine({ dataFolder: folder, builtinFolder: 'models/builtin' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A balloon pasted into a painting, inverted and sampled in 20 steps; `denoiser` and `latent` say through what. */
const harmonised = (denoiser: string, latent: string): WorkflowDocument =>
  toyDocument(
    {
      model: ['diffusion/load-model', { model: 'builtin' }],
      painting: ['image/load', { image: 'sample:night.jpg' }],
      object: ['image/load', { image: 'sample:balloon.png' }],
      background: ['image/resize', { width: 256, height: 256 }],
      composite: ['image/composite', { scale: 0.4 }],
      grown: ['mask/adjust', { grow: 2, feather: 3 }],
      encode: ['latent/encode'],
      invert: ['diffusion/invert', { steps: 20, capture: 'none' }],
      adain: ['style/masked-adain', { strength: 1 }],
      swap: ['style/masked-kv-swap'],
      sample: ['diffusion/sample', { steps: 20 }],
      decode: ['latent/decode'],
      paste: ['image/composite'],
      result: ['image/save', { name: 'result' }],
      before: ['image/save', { name: 'before' }],
    },
    [
      'painting.image > background.image',
      'background.image > composite.background',
      'object.image > composite.cutout',
      'object.mask > composite.mask',
      'composite.mask > grown.mask',
      'composite.image > encode.image',
      'composite.image > before.image',
      'model.autoencoder > encode.autoencoder',
      'encode.latent > invert.latent',
      'model.denoiser > invert.denoiser',
      'invert.latent > adain.latent',
      'grown.mask > adain.mask',
      'model.denoiser > swap.denoiser',
      'grown.mask > swap.mask',
      `${latent}.latent > sample.latent`,
      `${denoiser}.denoiser > sample.denoiser`,
      'sample.latent > decode.latent',
      'model.autoencoder > decode.autoencoder',
      'decode.image > paste.cutout',
      'grown.mask > paste.mask',
      'composite.image > paste.background',
      'paste.image > result.image',
    ],
  );

async function run(document: WorkflowDocument): Promise<{ result: Picture; before: Picture }> {
  const told = await engine.run(document, false);
  expect(told.finished).toMatchObject({ state: 'done' });
  const picture = async (name: string) => (await decodePicture(pictureOf(told, name).bytes)).picture;
  return { result: await picture('result'), before: await picture('before') };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a part of a picture: its mean colour, and the contrasts of pixels one above the other, where it is flat and where it is sharp. */
function look({ width, data }: Picture, { left, right, top, bottom }: Box) {
  const colour = [0, 0, 0];
  const contrasts: number[] = [];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      let contrast = 0;
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 3 + c;
        colour[c]! += data[at]! / (right - left) / (bottom - top);
        contrast += Math.abs(data[at]! - data[at + width * 3]!) / 3;
      }
      contrasts.push(contrast);
    }
  }
  contrasts.sort((a, b) => a - b);
  const at = (share: number): number => contrasts[Math.floor(share * contrasts.length)]!;
  return { colour, flat: at(0.5), sharp: at(0.98) };
}
const balloon = { left: 80, right: 176, top: 60, bottom: 130 };
const sky = { left: 6, right: 56, top: 40, bottom: 80 };
const apart = (a: number[], b: number[]): number => Math.hypot(...a.map((value, i) => value - b[i]!));

describe('harmonising with the built-in model', () => {
  it('masked KV swap paints the object with the brushwork of the painting, and leaves the rest', async () => {
    const plain = await run(harmonised('model', 'invert'));
    const swapped = await run(harmonised('swap', 'invert'));
    const [before, after] = [plain.result, swapped.result].map((picture) => look(picture, balloon));
    // Strokes where there was smooth cloth, and no longer the edges of a photograph.
    expect(after!.flat).toBeGreaterThan(before!.flat * 1.7);
    expect(after!.sharp).toBeLessThan(before!.sharp * 0.8);
    expect(look(swapped.result, sky)).toEqual(look(swapped.before, sky));
  });

  it('masked AdaIN brings the object’s colours towards the painting’s', async () => {
    const plain = await run(harmonised('model', 'invert'));
    const matched = await run(harmonised('model', 'adain'));
    const around = look(plain.before, sky).colour;
    const [before, after] = [plain.result, matched.result].map((picture) => look(picture, balloon).colour);
    expect(apart(after!, around)).toBeLessThan(apart(before!, around) * 0.75);
  });
});

describe('own tokens that are attended to', () => {
  let denoiser: Denoiser;
  beforeAll(async () => {
    const pool = new SessionPool({ budgetBytes: 1e9 });
    const opened = await openModel('models/builtin/model', { pool });
    denoiser = opened.denoiser!;
  });

  it('are the same as a bank of those tokens', async () => {
    const { id } = denoiser.attentionLayers[0]!;
    const latent = new TorchGenerator(7).randn([1, denoiser.latentChannels, 16, 24]);
    const call = { latent, timesteps: [400] };
    const { captured } = await denoiser.evaluate({ ...call, capture: new Map([[id, ['k', 'v']]]) });
    const { k, v } = captured!.get(id)!;
    const [, tokens = 0, channels = 0] = k!.shape;
    const visible = Int32Array.from([...Array(tokens).keys()].filter((token) => token % 3 === 1));
    const chosen = ({ data }: { data: Float32Array }) => ({
      shape: [1, visible.length, channels],
      data: Float32Array.from(
        [...visible].flatMap((token) => [...data.subarray(token * channels, (token + 1) * channels)]),
      ),
    });
    const found = async (injection: object) =>
      (await denoiser.evaluate({ ...call, attention: new Map([[id, { gamma: 0, tau: 1, ...injection }]]) }))
        .prediction;
    const [own, bank] = [await found({ visible }), await found({ k: chosen(k!), v: chosen(v!) })];
    expect(Math.max(...own.data.map((value, i) => Math.abs(value - bank.data[i]!)))).toBeLessThan(1e-5);
    const plain = (await denoiser.evaluate(call)).prediction;
    expect(Math.max(...own.data.map((value, i) => Math.abs(value - plain.data[i]!)))).toBeGreaterThan(1e-3);
    await expect(found({ visible: Int32Array.of(tokens) })).rejects.toThrow(/of its own/);
  });
});
