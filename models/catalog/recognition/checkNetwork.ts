import { isDeepStrictEqual } from 'node:util';
import { isForInpainting } from '../../architectures/isForInpainting.ts';
import type { TensorShapes } from '../../architectures/tensorShapes.ts';
import {
  compareTensors,
  describeDifference,
  differenceCount,
  type TensorDifference,
} from '../../weights/compareTensors.ts';
import { WeightsError } from '../../weights/weightsError.ts';
import { networkTensors, type NetworkKind } from '../networkTensors.ts';
import { referenceNetworks } from './referenceNetworks.ts';

/** What people call a network of each kind. */
export const networkNames: Readonly<Record<NetworkKind['kind'], string>> = {
  unet: 'UNet',
  autoencoder: 'autoencoder',
  text: 'text encoder',
  vision: 'image encoder',
  adapter: 'adaptive encoder',
  fusion: 'fusion part',
  vgg: 'VGG',
};

const unpublished: Readonly<Record<NetworkKind['kind'], string>> = {
  unet: 'a UNet',
  autoencoder: 'an autoencoder',
  text: 'a CLIP text encoder',
  vision: 'an image encoder for exemplars',
  adapter: 'an adaptive encoder',
  fusion: 'fusion blocks',
  vgg: 'VGG-19',
};

interface Candidate {
  readonly name: string;
  readonly count: number;
  readonly difference: TensorDifference;
}

/**
 * Makes sure that the tensors of a network are exactly those that its configuration asks for, without reading any.
 * `network` is absent when no configuration could be read off the shapes. Throws WeightsError naming the published
 * network that comes closest, and what is missing, misshaped and left over: the first ten of each, and their numbers.
 */
export function checkNetwork(
  shapes: TensorShapes,
  { kind, title, network }: { kind: NetworkKind['kind']; title: string; network?: NetworkKind | undefined },
): void {
  const own = network && candidate(describeNetwork(network), network, shapes);
  if (own && differenceCount(own.difference) === 0) return;
  const published = referenceNetworks
    .filter((reference) => reference.network.kind === kind)
    .map((reference) => candidate(reference.name, reference.network, shapes));
  const [closest] = [own, ...published]
    .filter((found) => found !== undefined)
    .toSorted((a, b) => differenceCount(a.difference) - differenceCount(b.difference));
  const { name, count, difference } = closest!;
  const text = `its ${networkNames[kind]} comes closest to ${name} (${count} tensors), but ${describeDifference(difference)}`;
  throw new WeightsError(codeOf(difference), title, text);
}

/** The name that a network's configuration is published under, or its sizes. */
export function describeNetwork(network: NetworkKind): string {
  const known = referenceNetworks.find((reference) => sameTopology(reference.network, network));
  if (known) return known.name;
  const inpaints = network.kind === 'unet' && isForInpainting(network.config);
  return `${unpublished[network.kind]}${inpaints ? ' for inpainting' : ''} with ${sizesOf(network).join(', ')} channels`;
}

function sizesOf({ kind, config }: NetworkKind): readonly number[] {
  switch (kind) {
    case 'text':
    case 'vision':
      return [config.hidden];
    case 'adapter':
      return config.levelChannels;
    case 'fusion':
      return config.blockChannels;
    case 'vgg':
      return [...new Set(config.convChannels)];
    default:
      return config.blockOutChannels;
  }
}

/** Heads cannot be seen in a file, and some numbers are not part of the topology. */
function sameTopology(a: NetworkKind, b: NetworkKind): boolean {
  if (a.kind !== b.kind) return false;
  const neutral = { heads: 0, scalingFactor: 0, padding: 0 };
  return isDeepStrictEqual({ ...a.config, ...neutral }, { ...b.config, ...neutral });
}

function candidate(name: string, network: NetworkKind, shapes: TensorShapes): Candidate | undefined {
  try {
    const expected = networkTensors(network);
    return { name, count: expected.size, difference: compareTensors(shapes, expected) };
  } catch {
    // Sizes that no network can be built from: the published ones stand in.
    return undefined;
  }
}

function codeOf({ missing, misshaped }: TensorDifference) {
  if (missing.length > 0) return 'missing-tensor';
  return misshaped.length > 0 ? 'misshaped-tensor' : 'extra-tensor';
}
