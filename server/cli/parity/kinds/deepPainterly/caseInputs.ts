import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { identifyModel } from '../../../../../models/catalog/openModel.ts';
import type { Mask, Picture } from '../../../../../models/image/picture.ts';
import type { NetworkPrecision } from '../../../../../models/runtime/precision.ts';
import type { VggNetwork } from '../../../../../models/vision/vggNetwork.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import { weightsPath } from '../../parityModels.ts';
import type { KindRun } from '../kind.ts';

/**
 * The network that a case used: one that its configuration names, else what lies in the set's `weights` folder. Double precision
 * is the CPU's.
 */
export async function caseVgg(
  { golden, models }: KindRun,
  precision: NetworkPrecision = 'float32',
): Promise<VggNetwork> {
  const stated = golden.object('config')['weights'];
  const path = typeof stated === 'string' ? weightsPath(golden, stated) : await setWeights(golden);
  const device = precision === 'float64' ? 'cpu' : models.device;
  const found = await identifyModel(path, { pool: models.pool, device, precision });
  const { vgg } = await found.open();
  if (!vgg) throw new Error(`${path} holds no VGG`);
  // The names are torchvision's, the network is Caffe's.
  return vgg.config.pixels === 'torchvision' ? vgg.withPixels('caffe') : vgg;
}

async function setWeights(golden: GoldenCase): Promise<string> {
  const folder = golden.resolve('weights');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
  if (!names[0]) throw new Error(`no weights lie in ${folder}`);
  return join(folder, names[0]);
}

/** A picture of the set's `inputs` folder. */
export function inputPicture(golden: GoldenCase, name: string): Promise<Picture> {
  return golden.picture(join('inputs', name));
}

/** The same as a mask: its first channel. */
export async function inputMask(golden: GoldenCase, name: string): Promise<Mask> {
  const { width, height, data } = await inputPicture(golden, name);
  return { width, height, data: Float32Array.from({ length: width * height }, (_, i) => data[i * 3]! / 255) };
}

/** Another case of the set, by the name of its folder. */
export function caseBeside(golden: GoldenCase, name: string): Promise<GoldenCase> {
  return golden.neighbour(join(dirname(golden.folder), name));
}
