import { z } from 'zod';
import type { Picture } from '../../models/image/picture.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { pictureToTensor, tensorToPicture } from '../../models/image/unitPixels.ts';
import { consistentMatches, REFERENCE_LAYER } from '../../models/painterly/consistentMatches.ts';
import { matchedResponses, type Matches } from '../../models/painterly/matches.ts';
import { matchPatches } from '../../models/painterly/matchPatches.ts';
import { everywhere, mapChannels, type Plane } from '../../models/painterly/plane.ts';
import { sizeOf } from '../../models/painterly/sizeOf.ts';
import { torch7Bilinear, torch7Nearest, type Size } from '../../models/painterly/torch7Resize.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../models/vision/vggNetwork.ts';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { checkMatching } from './checkMatching.ts';
import { checkPictureSize } from './checkPictureSize.ts';
import { layerSize } from './layerSize.ts';
import { namedVggLayers, vggLayerParam } from './vggLayerParam.ts';

interface Matched {
  readonly layers: ReadonlyMap<string, Matches | Plane>;
  /** The mapping of the finest layer that has one. */
  readonly shown: { readonly matches: Matches; readonly layer: string };
}

export const styleMatching = defineNode({
  type: 'optimise/style-matching',
  version: 1,
  title: 'Style Matching',
  help: 'Finds, for every place of a picture, the place of a painting that VGG takes for most like it, by patches of 3 x 3 responses. The node shows the painting’s colours put where they were matched to. For Style Loss.',
  inputs: {
    vgg: { type: 'vgg', title: 'VGG', help: 'From Load VGG.' },
    image: { type: 'image', title: 'Image', help: 'Whose places are matched.' },
    painting: { type: 'image', title: 'Painting', help: 'Where they are looked for; of any size.' },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'Only for “consistently”: the places whose matches count. Without it, all.',
      optional: true,
    },
  },
  outputs: { matches: { type: 'matches', title: 'Matches', help: 'For Style Loss.' } },
  params: z.object({
    mode: choice({
      title: 'Matching',
      help: 'Each layer by itself, anywhere in the painting (the first pass of Deep Painterly Harmonization). Consistently: one mapping, found at relu4_1, in which neighbours agree; the other layers follow it (the second pass).',
      default: 'layers',
      choices: { layers: 'Each layer by itself', consistent: 'Consistently' },
    }),
    layers: vggLayerParam({ help: 'Which ones.', default: 'relu3_1, relu4_1, relu5_1' }),
  }),
  showsPictures: true,

  async run({ inputs, params, signal, progress, show }) {
    const { vgg, image, painting } = inputs;
    checkPictureSize(image, 'image', 'optimised');
    checkPictureSize(painting, 'painting', 'optimised');
    const layers = namedVggLayers(params.layers, vgg);
    for (const layer of params.mode === 'layers' ? layers : [REFERENCE_LAYER])
      checkMatching(layer, image, painting);
    const [own, theirs] = [pictureToTensor(image), pictureToTensor(painting)];
    const match = params.mode === 'layers' ? eachLayer : consistently;
    const found = await match({ ...inputs, own, theirs, layers }, { signal, onProgress: progress });
    await show({ slot: 'image', picture: rearranged(theirs, found.shown, image) });
    const { width, height } = image;
    const matches = { networkKey: vgg.key, painting: theirs, size: { width, height }, layers: found.layers };
    return { matches };
  },
});

interface Sought {
  readonly vgg: VggNetwork;
  readonly own: Tensor;
  readonly theirs: Tensor;
  readonly layers: readonly string[];
  readonly mask?: Plane;
}

interface Following {
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
}

async function eachLayer({ vgg, own, theirs, layers }: Sought, following: Following): Promise<Matched> {
  const [ours, others] = [await vgg.responses(own, layers), await vgg.responses(theirs, layers)];
  const found = new Map<string, Matches>();
  for (const [i, layer] of layers.entries()) {
    const onProgress = (fraction: number) => following.onProgress((i + fraction) / layers.length);
    found.set(layer, await matchPatches(ours.get(layer)!, others.get(layer)!, { ...following, onProgress }));
  }
  const layer = layers[0]!;
  return { layers: found, shown: { matches: found.get(layer)!, layer } };
}

async function consistently(
  { vgg, own, theirs, layers, mask }: Sought,
  following: Following,
): Promise<Matched> {
  const reference = (pictures: Tensor) => vgg.responses(pictures, [REFERENCE_LAYER]);
  const [ours, others] = [await reference(own), await reference(theirs)];
  const { matches, ring } = await consistentMatches(
    {
      own: ours.get(REFERENCE_LAYER)!,
      theirs: others.get(REFERENCE_LAYER)!,
      painting: theirs,
      mask: mask ?? everywhere(sizeOf(own)),
    },
    following,
  );
  const followed = layers.map(
    (layer) => [layer, torch7Nearest(ring, layerSize(layer, sizeOf(theirs)))] as const,
  );
  return { layers: new Map(followed), shown: { matches, layer: REFERENCE_LAYER } };
}

/** The painting's colours at the matched places. */
function rearranged(painting: Tensor, { matches, layer }: Matched['shown'], size: Size): Picture {
  const grid = layerSize(layer, sizeOf(painting));
  const small = mapChannels(painting, (channel) => torch7Bilinear(channel, grid));
  const picture = tensorToPicture(matchedResponses(small, matches));
  return resizePicture(picture, { width: size.width, height: size.height, filter: 'nearest' });
}
