import { afterAll, describe, expect, it } from 'vitest';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { openVgg } from '../../../models/catalog/openVgg.ts';
import { contentTerm } from '../../../models/painterly/contentTerm.ts';
import { gramMatrix } from '../../../models/painterly/gramMatrix.ts';
import type { LossTerm } from '../../../models/painterly/lossTerm.ts';
import { optimisePicture, type PictureCourse } from '../../../models/painterly/optimisePicture.ts';
import type { ObjectiveRule } from '../../../models/painterly/pictureObjective.ts';
import { smoothnessTerm } from '../../../models/painterly/smoothnessTerm.ts';
import { styleTerm } from '../../../models/painterly/styleTerm.ts';
import { withObjective } from '../../../models/painterly/withObjective.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { Session } from '../../../models/runtime/openSession.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../../models/vision/vggNetwork.ts';

const pool = new SessionPool({ budgetBytes: 2 ** 28 });
afterAll(() => pool.release());
const config = { pixels: 'normalised', convChannels: [5, 6] } as const;
const network = { config, weights: generateWeights({ kind: 'vgg', config }) };
const vgg = openVgg({ network, hash: 'small', place: { pool, device: 'cpu' } });
const exact = openVgg({ network, hash: 'small', place: { pool, device: 'cpu', precision: 'float64' } });
const [width, height] = [9, 7];

function noise(seed: number): Tensor {
  const data = Float32Array.from(
    { length: 3 * width * height },
    (_, i) => Math.sin(i * 12.9 + seed * 78.2) / 2 + 0.5,
  );
  return tensor([1, 3, height, width], data);
}
const filled = (value: number) => ({ width, height, data: new Float32Array(width * height).fill(value) });

async function termsFor(mask = filled(1)): Promise<LossTerm[]> {
  const target = await vgg.responses(noise(2), ['relu1_1', 'relu1_2']);
  return [
    smoothnessTerm({ weight: 0.1 }),
    contentTerm({ layer: 'relu1_1', weight: 3, target: target.get('relu1_1')!, mask }),
    styleTerm({ layer: 'relu1_2', weight: 5, target: gramMatrix(target.get('relu1_2')!, filled(1)), mask }),
  ];
}
const evaluated = (terms: readonly LossTerm[], rule: ObjectiveRule, mask?: ReturnType<typeof filled>) =>
  withObjective({ vgg, terms, rule, pixels: noise(1), ...(mask ? { mask } : {}) }, ({ evaluate }) =>
    evaluate(noise(1)),
  );

describe('losses of a picture', () => {
  it('are exactly none where a picture is compared with itself at the start, under every rule', async () => {
    const terms = [
      contentTerm({ layer: 'relu1_2', weight: 1, target: 'start', mask: filled(1), maskedLoss: true }),
    ];
    const options = { vgg, terms, rule: 'normalised', pixels: noise(1) } as const;
    const [same, other] = await withObjective(options, async ({ evaluate }) => [
      await evaluate(noise(1)),
      await evaluate(noise(2)),
    ]);
    expect(same!.total).toBe(0);
    expect(new Set(same!.gradient.data)).toEqual(new Set([0]));
    expect(other!.total).toBeGreaterThan(0);
  });

  it('have the gradient that differences show', async () => {
    const terms = await termsFor();
    const options = { vgg, terms, rule: 'derivative', pixels: noise(1) } as const;
    await withObjective(options, async ({ evaluate }) => {
      const { gradient } = await evaluate(noise(1));
      const lossAt = async (place: number, by: number) => {
        const moved = noise(1);
        moved.data[place]! += by;
        return [...(await evaluate(moved)).losses.values()].reduce((sum, value) => sum + value, 0);
      };
      for (const place of [0, 17, 40, 77, 130, 188]) {
        const slope = ((await lossAt(place, 1e-3)) - (await lossAt(place, -1e-3))) / 2e-3;
        expect(gradient.data[place]).toBeCloseTo(slope, 2);
      }
    });
  });

  it('are the same by the published rule under a full mask, and leave alone what an empty one covers', async () => {
    const terms = await termsFor();
    const [plain, masked] = [
      await evaluated(terms, 'derivative'),
      await evaluated(terms, 'masked', filled(1)),
    ];
    for (const [i, value] of plain.gradient.data.entries())
      expect(masked.gradient.data[i]).toBeCloseTo(value, 6);
    expect(
      (await evaluated(await termsFor(filled(0)), 'masked', filled(0))).gradient.data.every((v) => v === 0),
    ).toBe(true);
  });

  it('are in double precision what they are in single, but for rounding', async () => {
    const terms = await termsFor();
    const [single, double] = await Promise.all(
      [vgg, exact].map((network) =>
        withObjective({ vgg: network, terms, rule: 'normalised', pixels: noise(1) }, ({ evaluate }) =>
          evaluate(noise(1)),
        ),
      ),
    );
    expect(double!.total).toBeCloseTo(single!.total, 4);
    expect(double!.gradient.data).not.toEqual(single!.gradient.data);
    for (const [i, value] of double!.gradient.data.entries())
      expect(value).toBeCloseTo(single!.gradient.data[i]!, 5);
  });

  it('count by their weights alone when each is brought to one length', async () => {
    const [, content] = await termsFor();
    const faint = { ...content!, build: scaled(content!, 0.01) };
    const [strong, weak] = await Promise.all(
      [content!, faint].map((term) => evaluated([term], 'normalised')),
    );
    for (const [i, value] of strong!.gradient.data.entries())
      expect(weak!.gradient.data[i]).toBeCloseTo(value, 3);
  });

  it('leave smoothness out of what is reported', async () => {
    const { losses, total } = await evaluated(await termsFor(), 'derivative');
    expect([...losses.keys()]).toEqual(['smoothness', 'content relu1_1', 'style relu1_2']);
    expect(total).toBeCloseTo(losses.get('content relu1_1')! + losses.get('style relu1_2')!, 5);
  });
});

function scaled(term: LossTerm, factor: number): LossTerm['build'] {
  return (seen) => ({ loss: term.build(seen).loss.mul(seen.response.graph.scalar(factor)) });
}

/** The same network, whose first loss is no number from an evaluation on. */
function failingAfter(good: number): VggNetwork {
  let evaluations = 0;
  const failing = ({ run, ...session }: Session): Session => ({
    ...session,
    run: async (feeds, fetch) => {
      const found = new Map(await run(feeds, fetch));
      return ++evaluations > good ? found.set('term_0', tensor([1], Float32Array.of(NaN))) : found;
    },
  });
  return { ...vgg, withGraph: (graph, work) => vgg.withGraph(graph, (session) => work(failing(session))) };
}

describe('optimising a picture', () => {
  const lbfgs = { kind: 'lbfgs', learningRate: 1, toleranceGradient: -1, toleranceChange: -1 } as const;
  const adam = { kind: 'adam', learningRate: 0.02 } as const;
  const run = async (optimiser: typeof lbfgs | typeof adam, more: object = {}) => {
    const pixels = noise(1);
    const totals: number[] = [];
    const terms = (await termsFor()).slice(1);
    const onStep = ({ total }: { total: number }) => void totals.push(total);
    const options = {
      vgg,
      terms,
      rule: 'derivative',
      pixels,
      iterations: 12,
      optimiser,
      onStep,
      ...more,
    } as const;
    return { totals, pixels, end: await optimisePicture(options) };
  };

  it.each([lbfgs, adam])('makes losses smaller: $kind', async (optimiser) => {
    const { totals, end } = await run(optimiser);
    expect(totals).toHaveLength(12);
    expect(totals.at(-1)).toBeLessThan(totals[0]! / 2);
    expect(end).toBe('iterations');
  });

  it.each([lbfgs, adam])('goes on from where it was stopped, to the same bits: $kind', async (optimiser) => {
    const whole = await run(optimiser);
    const stop = new AbortController();
    const steps: number[] = [];
    const onStep = ({ step }: { step: number }) => {
      steps.push(step);
      if (step === 5) stop.abort();
    };
    let from: PictureCourse | undefined;
    const onStop = (course: PictureCourse) => (from = course);
    await expect(run(optimiser, { signal: stop.signal, onStep, onStop })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(from?.bytes).toBeGreaterThan(from!.part.data.byteLength);
    const rest = await run(optimiser, { from, onStep });
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(rest.pixels).toEqual(whole.pixels);
    expect(rest.end).toBe('iterations');
  });

  it.each([lbfgs, adam])('goes the same way in double precision: $kind', async (optimiser) => {
    const exactly = { shape: noise(1).shape, data: Float64Array.from(noise(1).data) };
    const single = await run(optimiser, { iterations: 4 });
    const double = await run(optimiser, { iterations: 4, vgg: exact, pixels: exactly });
    expect(exactly.data.some((value) => Math.fround(value) !== value)).toBe(true);
    for (const [i, value] of exactly.data.entries()) expect(value).toBeCloseTo(single.pixels.data[i]!, 3);
    expect(double.totals.at(-1)).toBeCloseTo(single.totals.at(-1)!, 3);
  });

  it.each([lbfgs, adam])('takes no step where no pixel may change: $kind', async (optimiser) => {
    const { totals, pixels, end } = await run(optimiser, { mask: filled(0) });
    expect([totals, end]).toEqual([[], 'gradient']);
    expect(pixels).toEqual(noise(1));
  });

  it.each([lbfgs, adam])(
    'stops where a loss is no number, and keeps the last good picture: $kind',
    async (optimiser) => {
      const pixels = noise(1);
      let latest: Float32Array = new Float32Array();
      let before = latest;
      const onStep = () => ([before, latest] = [latest, pixels.data.slice()]);
      const going = run(optimiser, { pixels, vgg: failingAfter(3), onStep });
      await expect(going).rejects.toThrow('The loss of content relu1_1 is NaN after 3 steps.');
      // What the third step led to is what has no loss.
      expect(pixels.data).toEqual(before);
    },
  );

  it('can be stopped between steps', async () => {
    const stop = new AbortController();
    const going = run(lbfgs, { signal: stop.signal, onStep: () => stop.abort(new Error('enough')) });
    await expect(going).rejects.toThrow('enough');
  });

  it('names a layer that the network does not have', async () => {
    const term = contentTerm({ layer: 'relu4_1', weight: 1, target: tensor([1, 1, 1, 1]) });
    await expect(run(lbfgs, { terms: [term] })).rejects.toThrow('VGG has no layer relu4_1 here');
  });
});
