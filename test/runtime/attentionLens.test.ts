import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDiffusionModel, type OpenedDiffusionModel } from '../../models/catalog/openDiffusionModel.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import { guidancePatch } from '../../models/sampling/guidancePatch.ts';
import { invertDdim } from '../../models/sampling/invertDdim.ts';
import { kvSwapPatch } from '../../models/sampling/kvSwapPatch.ts';
import { maskedKvSwapPatch } from '../../models/sampling/maskedKvSwapPatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { sampleDdim } from '../../models/sampling/sampleDdim.ts';
import type { SamplerStep } from '../../models/sampling/samplerStep.ts';
import { samplers } from '../../models/sampling/samplers.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import type { Trajectory } from '../../models/sampling/trajectory.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { AttentionLens } from '../../server/engine/inspection/attentionLens.ts';
import { writeTinyModel } from '../helpers/writeTinyModel.ts';

const STEPS = 4;
const LAYERS = ['output.6', 'output.9'];
const [GAMMA, TAU] = [0.75, 1.5];
let folder: string;
let model: OpenedDiffusionModel;
let plain: Denoiser;
/** Its graph hands out the probabilities that it used. */
let telling: OpenedDiffusionModel['denoiser'];
let content: Trajectory;
let style: Trajectory;

const latentOf = (seed: number, shape: readonly number[]) => new TorchGenerator(seed).randn(shape);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-lens-'));
  await writeTinyModel(join(folder, 'model'));
  const options = { pool: new SessionPool({ budgetBytes: 1e9 }), device: 'cpu' as const };
  model = await openDiffusionModel(join(folder, 'model'), options);
  plain = model.denoiser;
  const unet = LAYERS.map((id) => `output_blocks.${id.split('.')[1]}.1.attn1.attn_probs`);
  telling = (await openDiffusionModel(join(folder, 'model'), { ...options, expose: { unet } })).denoiser;
  const capture = { layers: LAYERS, budget: 1e9, folder };
  const invert = (latent: Tensor) => invertDdim({ denoiser: plain, latent, steps: STEPS, capture });
  content = await invert(latentOf(1, [1, 4, 8, 8]));
  // A picture of another size and shape.
  style = await invert(latentOf(2, [1, 4, 8, 16]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const swap = () => kvSwapPatch({ content, style, layers: LAYERS, gamma: GAMMA, tau: TAU });

async function stepOf(
  denoiser: Denoiser,
  number = 2,
  shape: readonly number[] = [1, 4, 8, 8],
): Promise<SamplerStep> {
  const steps: SamplerStep[] = [];
  await sampleDdim({
    denoiser,
    latent: latentOf(3, shape),
    steps: STEPS,
    onStep: (step) => steps.push(step),
  });
  return steps[number - 1]!;
}

/** softmax(scale * q k^T) over all keys for one head, written out. */
function probabilities(q: readonly number[], keys: readonly (readonly number[])[], scale: number): number[] {
  const logits = keys.map((key) => scale * key.reduce((sum, value, i) => sum + value * q[i]!, 0));
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

/** The channels of one head of one token. */
function part(tensor: Tensor, at: { row: number; token: number; head: number; heads: number }): number[] {
  const [, tokens = 0, channels = 0] = tensor.shape;
  const size = channels / at.heads;
  const start = (at.row * tokens + at.token) * channels + at.head * size;
  return [...tensor.data.subarray(start, start + size)];
}

const worst = (a: readonly number[], b: ArrayLike<number>): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('the attention lens', () => {
  it('shows what softmax(q k^T) of captured and injected features gives', async () => {
    const denoiser = patchDenoiser(plain, 'swap', swap());
    const step = await stepOf(denoiser);
    const { given, timestep } = step.evaluation;
    const { captured } = await denoiser.evaluate({
      latent: given,
      timesteps: [timestep],
      position: { step: step.step - 1, of: step.of },
      capture: new Map(LAYERS.map((id) => [id, ['q'] as const])),
    });
    for (const id of LAYERS) {
      const lens = await AttentionLens.over(denoiser, step, id);
      const { heads, width, height } = lens
        .look({ node: '', step: 2, x: 0, y: 0, layer: id })
        .layers.find((layer) => layer.id === id)!;
      const own = captured!.get(id)!.q!;
      const [q, k] = [
        (await content.features!.read(timestep, id))!.q!,
        (await style.features!.read(timestep, id))!.k!,
      ];
      const [column, row] = [width - 1, Math.floor(height / 2)];
      const token = row * width + column;
      const byHead = Array.from({ length: heads }, (_, head) => {
        const at = { row: 0, token, head, heads };
        const [mine, theirs] = [part(own, at), part(q, at)];
        const query = mine.map((value, i) => GAMMA * theirs[i]! + (1 - GAMMA) * value);
        const keys = Array.from({ length: k.shape[1]! }, (_, key) => part(k, { ...at, token: key }));
        return probabilities(query, keys, TAU / Math.sqrt(query.length));
      });
      const mean = byHead[0]!.map((_, i) => byHead.reduce((sum, head) => sum + head[i]!, 0) / heads);
      const point = { node: '', step: 2, x: 1, y: (row + 0.5) / height, layer: id };
      const all = lens.look(point);
      expect([all.column, all.row, all.layer]).toEqual([column, row, id]);
      expect(all.sources[0]).toMatchObject({ kind: 'injected', title: 'Style', width: 2 * width, height });
      expect(all.sources[0]!.share).toBeCloseTo(1, 9);
      expect(worst(mean, all.sources[0]!.values)).toBeLessThan(1e-6);
      // All heads alike would prove nothing.
      expect(worst(byHead[0]!, byHead[1]!)).toBeGreaterThan(1e-4);
      for (const head of [0, 1]) {
        expect(worst(byHead[head]!, lens.look({ ...point, head }).sources[0]!.values)).toBeLessThan(1e-6);
      }
    }
  });

  it('shows what the network itself used, behind guidance too, whose conditional rows make the picture', async () => {
    const context = (seed: number) => latentOf(seed, [1, 3, 8]);
    const options = { conditional: context(5), unconditional: context(6), scale: 3 };
    const probs = new Map<string, Tensor>();
    const network: Denoiser = {
      ...telling,
      evaluate: async (call) => {
        const { exposed, ...result } = await telling.evaluateExposing(call);
        for (const [path, value] of exposed) probs.set(`output.${/\d+/.exec(path)![0]}`, value);
        return result;
      },
    };
    const guided = patchDenoiser(network, 'guidance', guidancePatch(options));
    const denoiser = patchDenoiser(guided, 'swap', swap());
    const step = await stepOf(denoiser);
    const lens = await AttentionLens.over(denoiser, step, 'output.9');
    const { width } = lens.look({ node: '', step: 2, x: 0, y: 0, layer: 'output.9' }).layers.at(-1)!;
    const used = probs.get('output.9')!;
    const [rows = 0, heads = 0, tokens = 0, keys = 0] = used.shape;
    expect(rows).toBe(2);
    const [column, row] = [3, 5];
    for (let head = 0; head < heads; head++) {
      const start = (((rows - 1) * heads + head) * tokens + row * width + column) * keys;
      const { sources } = lens.look({
        node: '',
        step: 2,
        x: (column + 0.5) / width,
        y: (row + 0.5) / width,
        layer: 'output.9',
        head,
      });
      expect(worst([...used.data.subarray(start, start + keys)], sources[0]!.values)).toBeLessThan(1e-5);
    }
  });

  it('prefers swapped layers with a fine grid, shows the others looking at their own picture, and says what there is', async () => {
    const denoiser = patchDenoiser(plain, 'swap', swap());
    const step = await stepOf(denoiser);
    const lens = await AttentionLens.over(denoiser, step, undefined);
    const answer = lens.look({ node: '', step: 2, x: 0.5, y: 0.5 });
    expect(answer.layer).toBe('output.9');
    expect(answer.layers.filter(({ swapped }) => swapped).map(({ id }) => id)).toEqual(LAYERS);
    const own = lens.look({ node: '', step: 2, x: 0.5, y: 0.5, layer: 'output.10' });
    expect(own.sources).toMatchObject([{ kind: 'itself', width: 8, height: 8 }]);
    expect(lens.pictureOf('output.10', own.sources[0]!.picture)).toBe(step.predictedClean);
    expect(lens.pictureOf('output.9', answer.sources[0]!.picture)).toBe(style.latents[0]);
    expect(() => lens.pictureOf('output.9', own.sources[0]!.picture)).toThrow('did not look at the picture');
    const look = (more: object) => () => lens.look({ node: '', step: 2, x: 0, y: 0, ...more });
    expect(look({ layer: 'output.99' })).toThrow(/no self-attention layer "output.99"; it has input.1/);
    expect(look({ layer: 'output.9', head: 2 })).toThrow('Layer output.9 has the heads 0 to 1, found 2.');
  });

  it.each(Object.entries(samplers))('evaluates what a step of %s did, to the bit', async (_, sampler) => {
    const denoiser = patchDenoiser(plain, 'swap', swap());
    const steps: SamplerStep[] = [];
    const generator = new TorchGenerator(7);
    await sampler({
      denoiser,
      latent: latentOf(3, [1, 4, 8, 8]),
      steps: STEPS,
      noise: (shape) => generator.randn(shape),
      onStep: (step) => steps.push(step),
    });
    expect(steps.length).toBeGreaterThanOrEqual(STEPS);
    for (const { step, of, evaluation } of steps) {
      const { given, timestep, prediction } = evaluation;
      const position = { step: step - 1, of };
      const again = await denoiser.evaluate({ latent: given, timesteps: [timestep], position });
      expect(again.prediction).toEqual(prediction);
    }
    const lens = await AttentionLens.over(denoiser, steps[1]!, undefined);
    const { sources } = lens.look({ node: '', step: 2, x: 0.5, y: 0.5 });
    expect(sources).toMatchObject([{ title: 'Style' }]);
  });

  it('finds the token of a point where the last ones reach over the edge', async () => {
    const step = await stepOf(plain, 2, [1, 4, 7, 9]);
    const layer = plain.attentionLayers.find(({ downscale }) => downscale === 2)!.id;
    const lens = await AttentionLens.over(plain, step, layer);
    const at = (x: number, y: number) => lens.look({ node: '', step: 2, x, y, layer });
    const { layers, sources } = at(0, 0);
    const grid = { width: 5, height: 4, across: 4.5, down: 3.5 };
    expect(layers.find(({ id }) => id === layer)).toMatchObject(grid);
    expect(sources).toMatchObject([grid]);
    // Of nine cells the fourth and the fifth (from 0) are the third token: from 4 / 9 to 6 / 9.
    expect([0.44, 0.45, 0.66, 0.67, 1].map((x) => at(x, 0).column)).toEqual([1, 2, 2, 3, 4]);
    expect([0.28, 0.29, 0.99].map((y) => at(0, y).row)).toEqual([0, 1, 3]);
  });

  it.each([
    ['the surroundings', false],
    ['an inverted background', true],
  ])('shows %s in the foreground of a masked swap, by the share of a soft mask', async (_, inverted) => {
    const share = [0, 0.25, 1];
    const mask = {
      width: 8,
      height: 8,
      data: Float32Array.from({ length: 64 }, (_, i) => share[i % 8] ?? 0),
    };
    const denoiser = patchDenoiser(
      plain,
      'masked',
      maskedKvSwapPatch({
        mask,
        layers: plain.attentionLayers.filter(({ id }) => id === 'output.9'),
        tau: 1,
        strength: 1,
        fromStep: 1,
        toStep: 9,
        ...(inverted ? { background: style } : {}),
      }),
    );
    const lens = await AttentionLens.over(denoiser, await stepOf(denoiser), 'output.9');
    const at = (column: number) =>
      lens.look({ node: '', step: 2, x: (column + 0.5) / 8, y: 0.1, layer: 'output.9' }).sources;
    for (const [column, part] of share.entries()) {
      const sources = at(column);
      expect(sources.reduce((sum, source) => sum + source.share, 0)).toBeCloseTo(1, 9);
      const background = sources.find(({ title }) => title === 'Background');
      expect(background?.share ?? 0).toBeCloseTo(inverted ? part : 0, 6);
    }
    const own = at(2).find(({ kind }) => kind === 'itself');
    // Wholly in the foreground: nothing came from it, neither from tokens behind the mask nor, with a background, at all.
    const fromForeground = own?.values.filter((_, i) => i % 8 === 2) ?? [];
    expect(fromForeground.every((value) => value === 0)).toBe(true);
    expect(own?.share ?? 0).toBeCloseTo(inverted ? 0 : 1, 9);
  });
});
