import { describe, expect, it } from 'vitest';
import { endNumbers } from '../../../../client/filmstrip/losses/endNumbers.ts';
import { lineLook } from '../../../../client/filmstrip/losses/lineLook.ts';
import { lossChart } from '../../../../client/filmstrip/losses/lossChart.ts';
import { lossesInWords } from '../../../../client/filmstrip/losses/lossesInWords.ts';
import { spread } from '../../../../client/filmstrip/losses/spread.ts';
import { valueScale } from '../../../../client/filmstrip/losses/valueScale.ts';
import type { OptimisingStep } from '../../../../server/protocol/runs.ts';

const frame = (step: number, losses: Record<string, number>): OptimisingStep => {
  return { seq: step, node: 'a', step, of: 100, hasPicture: false, losses };
};
const points = (line: string): number[][] =>
  line
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(' ').map(Number));

describe('the chart of the losses', () => {
  it('has a line for each name, over all steps that are to come', () => {
    const chart = lossChart([frame(1, { a: 1, b: 3 }), frame(3, { a: 2, b: 4 })], 5)!;
    expect(chart.lines.map(({ name, title }) => [name, title])).toEqual([
      ['a', 'A'],
      ['b', 'B'],
    ]);
    expect(points(chart.lines[0]!.path).map(([x]) => x)).toEqual([0, 500]);
    expect(chart.lines.map(({ last }) => last)).toEqual([2, 4]);
  });

  it('waits for two numbers to join', () => {
    expect(lossChart([frame(1, { a: 1 })], 5)).toBeUndefined();
    expect(lossChart([frame(1, { a: 1 }), frame(2, {})], 5)).toBeUndefined();
  });

  it('leaves a gap where a loss was no number', () => {
    const chart = lossChart(
      [1, 2, 3, 4, 5].map((step) => frame(step, step === 3 ? {} : { a: step })),
      5,
    )!;
    expect(chart.lines[0]!.path.match(/M/g)).toHaveLength(2);
  });

  it('draws few points of thousands of steps: never without the highest, the lowest and the last', () => {
    const spike = (step: number): number => (step === 5_001 ? 90 : step === 7_000 ? -9 : step / 1e4);
    const frames = Array.from({ length: 10_000 }, (_, i) => frame(i + 1, { a: spike(i + 1) }));
    const chart = lossChart(frames, 0)!;
    const drawn = points(chart.lines[0]!.path);
    expect(drawn.length).toBeLessThan(2_000);
    const heights = drawn.map(([, y]) => y!);
    expect(Math.min(...heights)).toBeCloseTo(chart.scale.height(90), 0);
    expect(Math.max(...heights)).toBeCloseTo(chart.scale.height(-9), 0);
    expect(drawn.at(-1)).toEqual([1000, Number(chart.scale.height(1).toFixed(1))]);
  });

  it('says how every loss went, also one that was never a number', () => {
    const chart = lossChart([frame(301, { total: 9e-6 }), frame(302, {}), frame(303, { total: 2 })], 0)!;
    expect(lossesInWords(chart)).toBe('Losses from step 301 to step 303: Total from 9e-6 to 2');
    expect(lossesInWords({ ...chart, lines: [{ ...chart.lines[0]!, values: [], last: undefined }] })).toMatch(
      /: Total: no number$/,
    );
  });
});

describe('its scale', () => {
  it('goes by powers of ten where values span more than two, what is nothing at the bottom', () => {
    const scale = valueScale([0, 0.02, 500]);
    expect(scale.logarithmic).toBe(true);
    expect(scale.ticks).toEqual([0.01, 1, 100]);
    expect([0, 0.01, 1000].map((value) => scale.height(value))).toEqual([1000, 1000, 0]);
  });

  it('leaves no room for what is nothing but rounding', () => {
    const scale = valueScale([1e-13, 0.1, 100]);
    expect([1e-13, 1e-6, 1e-2, 100].map((value) => scale.height(value))).toEqual([1000, 1000, 500, 0]);
  });

  it('shows what the others are when one step went far astray', () => {
    const scale = valueScale([20_000, 10_000, 500, 1e16, 200, 5]);
    expect(scale.height(1e16)).toBe(0);
    const heights = [10_000, 500, 5].map((value) => scale.height(value));
    expect(new Set(heights).size).toBe(3);
    expect(scale.ticks.length).toBeLessThanOrEqual(6);
  });

  it('is even otherwise, with round numbers', () => {
    expect(valueScale([0.13, 0.52])).toMatchObject({ logarithmic: false, ticks: [0, 0.2, 0.4, 0.6] });
    expect(valueScale([-3, 500]).logarithmic).toBe(false);
  });

  it('has room for a value that is always the same', () => {
    const scale = valueScale([7, 7]);
    expect(scale.ticks.length).toBeGreaterThan(1);
    expect(scale.height(7)).toBeGreaterThanOrEqual(0);
    expect(scale.height(7)).toBeLessThanOrEqual(1000);
  });
});

it('numbers at the ends of lines do not lie over each other', () => {
  const moved = spread([990, 995, 0, 1000, 10], 100);
  expect([0, 1, 3].map((i) => moved[i])).toEqual([800, 900, 1000]);
  expect(moved[4]! - moved[2]!).toBe(100);
});

describe('the numbers at the ends of lines', () => {
  const numbersOf = (values: readonly number[], height: number) => {
    const losses = Object.fromEntries(values.map((value, i) => [`style ${i}`, value]));
    return endNumbers(lossChart([frame(1, losses), frame(2, losses)], 0)!, height);
  };

  it('stand at their lines where there is room', () => {
    const [first, second] = numbersOf([0, 3], 100);
    expect([first!.top, second!.top]).toEqual([1000, 0]);
  });

  it('keep apart, and leave the last ones out rather than stand at other lines', () => {
    const numbers = numbersOf([3, 0, 0, 0, 0, 0, 1.5], 120);
    expect(numbers.map(({ number }) => number)).toEqual([1, 2, 3, 4, 7]);
    expect(numbers.map(({ top }) => Math.round(top))).toEqual([0, 800, 900, 1000, 500]);
  });
});

it('lines differ without their colours, and twelve of them with', () => {
  const dashes = Array.from({ length: 6 }, (_, i) => lineLook('style', i).strokeDasharray);
  expect(new Set(dashes).size).toBe(6);
  const looks = Array.from({ length: 36 }, (_, i) => JSON.stringify(lineLook('style', i)));
  expect(new Set(looks).size).toBe(36);
});
