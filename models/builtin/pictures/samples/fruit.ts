import { hex } from '../colour.ts';
import type { Raster } from '../raster.ts';
import type { Solid } from '../scenes/solids.ts';
import { drawTable } from '../scenes/still-life.ts';

const plain = { turn: 0.5, gloss: 0.35, grain: 0.16 };

const solids: readonly Solid[] = [
  {
    ...plain,
    kind: 'bottle',
    radius: 0.29,
    x: -0.46,
    z: 0.62,
    colour: hex('#2f5a45'),
    gloss: 0.9,
    grain: 0.05,
  },
  {
    ...plain,
    kind: 'box',
    radius: 0.36,
    x: 0.72,
    z: 0.75,
    turn: 0.45,
    colour: hex('#8c4a32'),
    gloss: 0.05,
    grain: 0.2,
  },
  { ...plain, kind: 'pear', radius: 0.25, x: 0.12, z: 0.2, colour: hex('#c9a83c') },
  { ...plain, kind: 'ball', radius: 0.25, x: -0.78, z: -0.12, colour: hex('#b5352b'), gloss: 0.6 },
  { ...plain, kind: 'ball', radius: 0.22, x: -0.28, z: -0.3, colour: hex('#d98a32'), grain: 0.1 },
  { ...plain, kind: 'pear', radius: 0.22, x: 0.62, z: -0.14, colour: hex('#93a045') },
  { ...plain, kind: 'ball', radius: 0.12, x: 0.22, z: -0.5, colour: hex('#5b2740'), gloss: 0.7 },
  { ...plain, kind: 'ball', radius: 0.11, x: 0.44, z: -0.62, colour: hex('#6a2c46'), gloss: 0.7 },
];

/** Fruit and a bottle on a table by a window. */
export function fruit(raster: Raster): void {
  drawTable(raster, {
    solids,
    seed: 19,
    wall: hex('#7f8f94'),
    table: hex('#a9805a'),
    cloth: hex('#e8dcc6'),
    stripes: 0,
    turn: 0.4,
    lightX: -0.9,
    ambient: 0.3,
    eye: 0.95,
  });
}
