import { describe, expect, it } from 'vitest';
import { coloured, diverging, gradient, heatScales } from '../../../client/filmstrip/colourScales.ts';

const { log, root } = heatScales;
const colours = (values: readonly number[], scale = diverging, most = 1): number[][] => {
  const pixels = [...coloured(values, most, scale)];
  return values.map((_, i) => pixels.slice(4 * i, 4 * i + 4));
};

describe('colour scales', () => {
  it('run from blue over white to red, alike on both sides', () => {
    const [blue, white, red, beyond] = colours([-1, 0, 1, -7]);
    expect(blue![2]).toBeGreaterThan(blue![0]!);
    expect(new Set(white!.slice(0, 3)).size).toBe(1);
    expect(red![0]).toBeGreaterThan(red![2]!);
    expect(beyond).toEqual(blue);
  });

  it('show a quarter of the most, or a hundredth of it, in the middle of the heat', () => {
    expect(colours([0.25], root)).toEqual([[200, 60, 70, 175]]);
    expect(colours([0.01], log)).toEqual([[200, 60, 70, 175]]);
  });

  it.each([root, log])('get brighter all the way, from nothing on', (scale) => {
    const light = colours([0, 1e-9, 0.0002, 0.01, 0.1, 0.3, 1], scale).map(([red, green]) => red! + green!);
    expect(light).toEqual([...light].sort((a, b) => a - b));
    expect(light[0]).toBe(0);
    expect(light.at(-1)).toBe(252 + 255);
  });

  it.each([diverging, root, log])('say what stands where', (scale) => {
    for (const place of [0.1, 0.5, 1]) expect(scale.place(scale.share(place))).toBeCloseTo(place, 9);
  });

  it('colour pixel by pixel, also where there is nothing', () => {
    expect(colours([-2, 2], diverging, 2)).toEqual(colours([-1, 1]));
    expect(colours([0], log, 0)).toEqual([[0, 0, 10, 150]]);
    expect(gradient(diverging)).toMatch(/^linear-gradient\(to right, rgb\(5 80 160\),.*rgb\(170 30 20\)\)$/);
  });
});
