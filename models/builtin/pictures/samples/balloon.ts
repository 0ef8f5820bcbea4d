import { type Colour, clamp, hex, mix, scale, smoothstep } from '../colour.ts';
import { noise } from '../noise.ts';
import { type Raster, drawShape } from '../raster.ts';

const seed = 4021;

export interface Balloon {
  /** Middle of the envelope, in unit coordinates. */
  readonly x: number;
  readonly y: number;
  readonly r: number;
  /** How much of it haze hides. */
  readonly far: number;
  readonly colours: readonly string[];
}

/** A hot-air balloon with its basket: 1.05 r to the sides, r up and 1.85 r down. */
export function balloon(raster: Raster, { x, y, r, far, colours }: Balloon): void {
  const cloths = colours.map(hex);
  const haze: Colour = [0.87, 0.9, 0.9];
  const half = (v: number): number =>
    v < 0
      ? Math.sqrt(clamp(1 - v * v))
      : Math.sqrt(clamp(1 - v * v * 0.42)) * (1 - 0.36 * smoothstep(0.1, 1.25, v));
  drawShape(raster, {
    x,
    y: y + r * 0.15,
    rx: r * 1.05,
    ry: r * 1.2,
    distance: (px, py) => {
      const v = (py - y) / r;
      return v > 1.28
        ? 1
        : Math.max((Math.abs((px - x) / r) - half(v)) * r * 0.8, (v - 1.27) * r, (-1 - v) * r);
    },
    colour: (px, py) => {
      const v = (py - y) / r;
      const across = clamp((px - x) / r / Math.max(0.05, half(v)), -1, 1);
      const gore = (Math.asin(across) / Math.PI + 0.5) * 12;
      const seam = Math.abs(gore - Math.round(gore)) < 0.05 ? 0.85 : 1;
      const bulge = 1 - 0.1 * Math.cos(2 * Math.PI * gore);
      const band = v > -0.12 && v < 0.22 ? 1 : 0;
      const cloth = cloths[(Math.floor(gore) + band * 2) % cloths.length]!;
      const light =
        0.5 + 0.55 * clamp(-0.62 * across - 0.42 * v + 0.6 * Math.sqrt(clamp(1 - across * across)));
      return mix(scale(cloth, (light + 0.1) * bulge * seam * 1.05), haze, far);
    },
  });
  const basket = y + r * 1.72;
  for (const side of [-1, 1]) {
    drawShape(raster, {
      x,
      y: y + r * 1.45,
      rx: r * 0.4,
      ry: r * 0.25,
      softness: 1.6,
      opacity: 0.8,
      distance: (px, py) =>
        Math.max(
          Math.abs(px - x - side * r * (0.34 - 0.2 * ((py - y) / r - 1.25) * 2)) - r * 0.012,
          Math.abs(py - y - r * 1.45) - r * 0.22,
        ),
      colour: () => mix([0.25, 0.2, 0.16], haze, far),
    });
  }
  drawShape(raster, {
    x,
    y: basket,
    rx: r * 0.17,
    ry: r * 0.13,
    distance: (px, py) => Math.max(Math.abs(px - x) - r * 0.16, Math.abs(py - basket) - r * 0.12),
    colour: (px, py) =>
      mix(
        scale(hex('#7a5530'), (px < x ? 1.25 : 0.7) * (0.8 + 0.4 * noise(px * 400, py * 400, seed))),
        haze,
        far,
      ),
  });
}
