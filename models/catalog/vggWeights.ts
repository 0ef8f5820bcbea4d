import {
  vggConfigFromShapes,
  vggConvolutions,
  vggLayers,
  type VggConfig,
  type VggPixels,
} from '../architectures/vggConfig.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import type { Network } from './modelParts.ts';
import { checkNetwork } from './recognition/checkNetwork.ts';

interface Naming {
  readonly pixels: VggPixels;
  /** Every file of the kind has it. */
  readonly sign: RegExp;
  /** Files of other networks may have it. */
  readonly not?: RegExp;
  /** VGG-16 has the first, but not the second. */
  readonly with?: readonly [one: RegExp, other: RegExp];
  /** The name in the file by ours. */
  readonly names: ReadonlyMap<string, string>;
}

const halves = ['weight', 'bias'];
const namesOf = (
  prefixes: readonly (readonly [own: string, stored: string])[],
): ReadonlyMap<string, string> =>
  new Map(
    prefixes.flatMap(([own, stored]) =>
      halves.map((half) => [`${stored}.${half}`, `${own}.${half}`] as const),
    ),
  );

/** Modules of vgg_normalised.pth (a Sequential with reflection padding in front of every convolution). */
const sequential = [2, 5, 9, 12, 16, 19, 22, 25, 29, 32, 35, 38, 42, 45, 48, 51];

const namings: readonly Naming[] = [
  {
    pixels: 'caffe',
    sign: /^conv1_1\.weight$/,
    with: [/^conv4_1\.weight$/, /^conv3_4\.weight$/],
    names: namesOf(vggConvolutions.map((name) => [name, name])),
  },
  {
    pixels: 'torchvision',
    // VGG-16 has fewer layers, others have a norm behind every convolution.
    sign: /^features\.(?:34|16)\.weight$/,
    not: /^features\.(?:1|3|17|24)\./,
    names: namesOf(vggConvolutions.map((name) => [name, `features.${vggLayers.indexOf(name)}`])),
  },
  {
    pixels: 'normalised',
    sign: /^(?:vgg\.)?2\.weight$/,
    names: new Map(
      ['', 'vgg.'].flatMap((prefix) => [
        ...namesOf([
          ['prepare', `${prefix}0`],
          ...vggConvolutions.map((name, i) => [name, `${prefix}${sequential[i]}`] as const),
        ]),
      ]),
    ),
  },
];

/** Caffe's weights under torchvision's names, by the sum that is part of the published file's name. */
const CONVERTED_FROM_CAFFE = /d01eb7cb/;

/**
 * The convolutional part of VGG-19 in a file, under the names of papers (`conv1_1.weight`), with any channels: torchvision's
 * (`features.N`), Caffe's (`conv1_1`), or vgg_normalised (`N`, a first 1x1 convolution). Undefined for any other file.
 * Throws WeightsError when the tensors are not exactly those of such a network (see checkNetwork).
 */
export function vggWeights(source: WeightSource): Network<VggConfig> | undefined {
  const stored = [...source.tensors.keys()];
  const some = (pattern: RegExp) => stored.some((name) => pattern.test(name));
  const naming = namings.find(
    ({ sign, not, with: pair }) =>
      some(sign) && !(not && some(not)) && !(pair && some(pair[0]) && !some(pair[1])),
  );
  if (!naming || (naming.pixels === 'normalised' && !isNormalised(source))) return undefined;
  const weights = renameWeights(source, (name) => naming.names.get(name));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const pixels = CONVERTED_FROM_CAFFE.test(source.title) ? 'caffe' : naming.pixels;
  const config = vggConfigFromShapes(shapes, pixels, source.title);
  checkNetwork(shapes, { kind: 'vgg', title: source.title, network: { kind: 'vgg', config } });
  return { weights, config };
}

/** Many a Sequential has modules 0 and 2. */
function isNormalised({ tensors }: WeightSource): boolean {
  const first = tensors.get('0.weight') ?? tensors.get('vgg.0.weight');
  return first?.shape.join() === '3,3,1,1';
}
