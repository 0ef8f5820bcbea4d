import { describe, expect, it } from 'vitest';
import { lineLook } from '../../../client/filmstrip/lineLook.ts';
import { lossChart, spread, valueScale } from '../../../client/filmstrip/lossChart.ts';
import type { OptimisingStep } from '../../../server/protocol/runs.ts';

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
    expect(chart.series.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(points(chart.series[0]!.line).map(([x]) => x)).toEqual([0, 500]);
    expect(chart.series[0]!.end).toBeGreaterThan(chart.series[1]!.end!);
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
    expect(chart.series[0]!.line.match(/M/g)).toHaveLength(2);
  });

  it('draws few points of thousands of steps: never without the highest, the lowest and the last', () => {
    const spike = (step: number): number => (step === 5_001 ? 90 : step === 7_000 ? -9 : step / 1e4);
    const frames = Array.from({ length: 10_000 }, (_, i) => frame(i + 1, { a: spike(i + 1) }));
    const chart = lossChart(frames, 0)!;
    const drawn = points(chart.series[0]!.line);
    expect(drawn.length).toBeLessThan(2_000);
    const heights = drawn.map(([, y]) => y!);
    expect(Math.min(...heights)).toBeCloseTo(chart.scale.height(90), 0);
    expect(Math.max(...heights)).toBeCloseTo(chart.scale.height(-9), 0);
    expect(drawn.at(-1)).toEqual([1000, Number(chart.scale.height(1).toFixed(1))]);
  });

  it('finds the frame under the pointer, also where steps were left out', () => {
    const { axis } = lossChart(
      [1, 2, 50, 101].map((step) => frame(step, { a: step })),
      0,
    )!;
    expect([0, 0.01, 0.2, 0.45, 0.76, 1].map((share) => axis.nearest(share))).toEqual([0, 1, 1, 2, 3, 3]);
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

it('lines differ without their colours, and twelve of them with', () => {
  const dashes = Array.from({ length: 6 }, (_, i) => lineLook('style', i).strokeDasharray);
  expect(new Set(dashes).size).toBe(6);
  const looks = Array.from({ length: 36 }, (_, i) => JSON.stringify(lineLook('style', i)));
  expect(new Set(looks).size).toBe(36);
});
