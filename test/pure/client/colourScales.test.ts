import { describe, expect, it } from 'vitest';
import { coloured, diverging, gradient, heat } from '../../../client/filmstrip/colourScales.ts';

describe('colour scales', () => {
  it('run from blue over white to red, alike on both sides', () => {
    const [blue, white, red] = [diverging(-1), diverging(0), diverging(1)];
    expect(blue[2]).toBeGreaterThan(blue[0]);
    expect(new Set(white.slice(0, 3)).size).toBe(1);
    expect(red[0]).toBeGreaterThan(red[2]);
    expect(diverging(-7)).toEqual(blue);
  });

  it('show a quarter of the most in the middle of the heat, and get brighter all the way', () => {
    expect(heat(0.25)).toEqual([200, 60, 70, 175]);
    const light = [0, 0.01, 0.1, 0.3, 0.6, 1].map((share) => heat(share)[0] + heat(share)[1]);
    expect(light).toEqual([...light].sort((a, b) => a - b));
  });

  it('colour pixel by pixel, also where there is nothing', () => {
    expect([...coloured([-2, 2], 2, diverging)]).toEqual([...diverging(-1), ...diverging(1)]);
    expect([...coloured([0], 0, heat)]).toEqual([...heat(0)]);
    expect(gradient(diverging, -1, 1)).toMatch(
      /^linear-gradient\(to right, rgb\(5 80 160\),.*rgb\(170 30 20\)\)$/,
    );
  });
});
