import type { Random } from '../random.ts';
import { type Raster, createRaster } from '../raster.ts';
import { city } from './city.ts';
import { figure } from './figure.ts';
import { landscape } from './landscape.ts';
import { leaves } from './leaves.ts';
import { type SceneFamily, finishPhoto } from './scene.ts';
import { stillLife } from './still-life.ts';
import { textures } from './textures.ts';

const families: readonly SceneFamily[] = [landscape, landscape, stillLife, leaves, city, figure, textures];

/** A random photo-like scene. */
export function drawScene(size: number, random: Random): Raster {
  const raster = createRaster(size);
  random.pick(families)(raster, random);
  finishPhoto(raster, random);
  return raster;
}
