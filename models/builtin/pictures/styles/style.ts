import type { Colour } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Raster } from '../raster.ts';

/** Re-renders a scene. All marks scale with the picture's size. */
export type Painter = (scene: Raster, random: Random) => Raster;

/** A painter with all its choices made: two scenes painted with it share one hand and one palette. */
export interface Style {
  readonly name: string;
  readonly paint: Painter;
}

/** Makes a style's choices (mark sizes, directions, inks). */
export type StyleFamily = (random: Random, inks: Inks) => Style;

/** Strong colours for styles that print with few inks. */
export interface Inks {
  readonly paper: Colour;
  readonly dark: Colour;
  readonly accent: Colour;
}
