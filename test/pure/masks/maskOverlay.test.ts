import { describe, expect, it } from 'vitest';
import { greyColours, maskOverlay, screenArea, tintColours } from '../../../client/masks/maskOverlay.ts';

const mask = { width: 4, height: 2, data: Uint8Array.from([0, 255, 0, 0, 0, 0, 0, 255]) };
const area = { left: 0, top: 0, right: 4, bottom: 2 };
const greys = (pixels: Uint8ClampedArray) => [...pixels].filter((_, i) => i % 4 === 0);

describe('a mask on the screen', () => {
  it('shows each pixel, and nothing beside the picture', () => {
    const view = { scale: 1, x: 1, y: 0 };
    const pixels = maskOverlay(mask, { view, area, colours: greyColours() });
    expect(greys(pixels)).toEqual([0, 0, 255, 0, 0, 0, 0, 0]);
    expect([...pixels].filter((_, i) => i % 4 === 3)).toEqual([0, 255, 255, 255, 0, 255, 255, 255]);
  });

  it('is the mean of what a smaller screen pixel covers', () => {
    const view = { scale: 0.5, x: 0, y: 0 };
    const small = { left: 0, top: 0, right: 2, bottom: 1 };
    expect(greys(maskOverlay(mask, { view, area: small, colours: greyColours() }))).toEqual([64, 64]);
  });

  it('keeps pixels square when it is enlarged, and draws a part as it draws the whole', () => {
    const view = { scale: 3, x: -2, y: 1 };
    const large = { left: 0, top: 0, right: 12, bottom: 8 };
    const part = { left: 3, top: 2, right: 9, bottom: 6 };
    const whole = greys(maskOverlay(mask, { view, area: large, colours: greyColours() }));
    const drawn = greys(maskOverlay(mask, { view, area: part, colours: greyColours() }));
    const cut = Array.from({ length: 4 }, (_, y) => whole.slice((y + 2) * 12 + 3, (y + 2) * 12 + 9)).flat();
    expect(drawn).toEqual(cut);
    expect(whole.slice(12, 24)).toEqual([0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('tints with the colour that was chosen', () => {
    const colours = tintColours('#10ff80');
    expect([...new Uint8Array(colours.buffer, 255 * 4, 4)]).toEqual([16, 255, 128, 140]);
    expect(new Uint8Array(colours.buffer)[3]).toBe(0);
  });

  it('says which part of the screen a region covers', () => {
    const region = { left: 10, top: 20, right: 12, bottom: 21 };
    const covered = screenArea(region, { scale: 0.3, x: 5, y: 5 });
    expect(covered).toEqual({ left: 7, top: 10, right: 10, bottom: 13 });
  });
});
