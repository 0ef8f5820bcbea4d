import { ModelError } from './modelError.ts';
import type { TensorShapes } from './tensorShapes.ts';

/**
 * What the numbers of a VGG's picture mean, which its weights were trained on. `caffe`: BGR, 256 times [0, 1], minus the
 * mean; `torchvision`: RGB, normalised by ImageNet's mean and deviation; `normalised`: RGB in [0, 1], which the network's
 * own first layer makes Caffe's of.
 */
export type VggPixels = 'caffe' | 'torchvision' | 'normalised';

/** What a VGG-19's convolutional part is built from. */
export interface VggConfig {
  readonly pixels: VggPixels;
  /** Of every convolution that there is: a file may hold the first ones only. */
  readonly convChannels: readonly number[];
}

/** Convolutions between two halvings (Simonyan and Zisserman, arXiv 1409.1556, configuration E). */
const CONVS_PER_BLOCK = [2, 2, 4, 4, 4];

/** `conv1_1` to `conv5_4`. */
export const vggConvolutions: readonly string[] = CONVS_PER_BLOCK.flatMap((count, block) =>
  Array.from({ length: count }, (_, i) => `conv${block + 1}_${i + 1}`),
);

/** `conv1_1`, `relu1_1`, ..., `pool5`, in order: the names that papers use, and torchvision's numbering `features.N`. */
export const vggLayers: readonly string[] = CONVS_PER_BLOCK.flatMap((count, block) => [
  ...Array.from({ length: count }, (_, i) => [
    `conv${block + 1}_${i + 1}`,
    `relu${block + 1}_${i + 1}`,
  ]).flat(),
  `pool${block + 1}`,
]);

/** Reads the channels off the weights, which are called `conv1_1.weight` and so on. Throws ModelError. */
export function vggConfigFromShapes(shapes: TensorShapes, pixels: VggPixels, file: string): VggConfig {
  const found = vggConvolutions.map((name) => shapes.get(`${name}.weight`)?.[0]);
  const end = found.indexOf(undefined);
  const convChannels = (end === -1 ? found : found.slice(0, end)) as number[];
  if (convChannels.length === 0)
    throw new ModelError('layout', `${file}: the tensor conv1_1.weight is missing`);
  return { pixels, convChannels };
}

/** The layers that a network with so many convolutions has, up to the ReLU behind the last one. */
export function layersOf({ convChannels }: VggConfig): readonly string[] {
  const last = vggConvolutions[convChannels.length - 1]!;
  const end = convChannels.length === vggConvolutions.length ? 'pool5' : last.replace('conv', 'relu');
  return vggLayers.slice(0, vggLayers.indexOf(end) + 1);
}
