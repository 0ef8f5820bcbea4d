import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../random.ts';
import { type Raster, createRaster, halve } from '../raster.ts';
import { writeCutOut, writePicture } from '../write.ts';
import { balloon } from './balloon.ts';
import { balloons } from './balloons.ts';
import { fruit } from './fruit.ts';
import { garden } from './garden.ts';
import { lake } from './lake.ts';
import { night } from './night.ts';
import { sea } from './sea.ts';
import { sunflowers } from './sunflowers.ts';

interface Sample {
  readonly file: string;
  readonly title: string;
  readonly role: 'photo' | 'painting' | 'cut-out';
  readonly draw: (raster: Raster) => void;
}

const samples: readonly Sample[] = [
  { file: 'lake.jpg', title: 'Evening lake', role: 'photo', draw: lake },
  { file: 'balloons.jpg', title: 'Morning balloons', role: 'photo', draw: balloons },
  { file: 'fruit.jpg', title: 'Fruit by the window', role: 'photo', draw: fruit },
  { file: 'night.jpg', title: 'Swirling night', role: 'painting', draw: night },
  { file: 'garden.jpg', title: 'Garden in points', role: 'painting', draw: garden },
  { file: 'sea.jpg', title: 'Woodcut sea', role: 'painting', draw: sea },
  { file: 'sunflowers.jpg', title: 'Sunflowers in thick paint', role: 'painting', draw: sunflowers },
  { file: 'balloon.png', title: 'A balloon, cut out', role: 'cut-out', draw: redBalloon },
];

function redBalloon(raster: Raster): void {
  const colours = ['#c8372d', '#f2b632', '#c8372d', '#f4ead2', '#254a75'];
  balloon(raster, { x: 0.5, y: 0.37, r: 0.33, far: 0, colours });
}

/** Writes the sample pictures (512 x 512) and their list. */
export async function writeSamples(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { file, role, draw } of samples) {
    const picture = drawn(draw, 0);
    if (role === 'photo') grain(picture);
    if (role === 'cut-out')
      await writeCutOut({ onBlack: picture, onWhite: drawn(draw, 1) }, join(folder, file));
    else await writePicture(picture, join(folder, file));
  }
  const list = samples.map(({ file, title, role }) => ({ file, title, role }));
  await writeFile(join(folder, 'samples.json'), `${JSON.stringify(list, null, 2)}\n`);
}

function drawn(draw: Sample['draw'], background: number): Raster {
  const raster = createRaster(1024);
  raster.data.fill(background);
  draw(raster);
  return halve(raster);
}

/** A touch of film grain and vignette. */
function grain({ size, data }: Raster): void {
  const random = new Random(5);
  for (let p = 0; p < size * size; p++) {
    const u = (p % size) / size - 0.5;
    const v = Math.floor(p / size) / size - 0.5;
    const noise = (random.next() + random.next() - 1) * 0.014;
    for (let c = 0; c < 3; c++) data[p * 3 + c] = data[p * 3 + c]! * (1 - 0.35 * (u * u + v * v)) + noise;
  }
}
