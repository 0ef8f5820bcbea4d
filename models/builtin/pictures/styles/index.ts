import { type Palette, inksOf, randomPalette, recolour } from '../palettes.ts';
import { Random } from '../random.ts';
import { type Raster } from '../raster.ts';
import { swirls } from './lic.ts';
import { brushwork, impasto, points } from './painted.ts';
import { hatching, oldMaster, waterColour, woodcut } from './printed.ts';
import type { Style, StyleFamily } from './style.ts';
import { mosaic } from './tiles.ts';

const families: readonly StyleFamily[] = [
  brushwork,
  brushwork,
  impasto,
  impasto,
  points,
  swirls,
  mosaic,
  hatching,
  woodcut,
  waterColour,
  oldMaster,
];

/** A style and a palette: what two paintings by the same hand share. */
export interface Recipe {
  readonly style: Style;
  readonly palette: Palette;
}

export function randomRecipe(random: Random): Recipe {
  const palette = randomPalette(random);
  return { style: random.pick(families)(random, inksOf(palette, random)), palette };
}

export function paintScene(scene: Raster, { style, palette }: Recipe, seed: number): Raster {
  return style.paint(recolour(scene, palette), new Random(seed));
}
