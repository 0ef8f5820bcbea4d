import type { Mask, Picture } from '../../models/image/picture.ts';
import { resizeMaskNearest } from '../../models/image/resizeMaskNearest.ts';
import { pictureToTensor, tensorToPicture } from '../../models/image/unitPixels.ts';
import { dilated, softEdge } from '../../models/painterly/masks.ts';
import { mapChannels, type Plane } from '../../models/painterly/plane.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { NodeRun, PortSpecs } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { selectedShare } from '../mask/selectedShare.ts';

/** A picture with something pasted into a painting, made ready. */
export interface PastedPicture {
  /** `[1, 3, H, W]`, RGB in [0, 1]. */
  readonly naive: Tensor;
  readonly painting: Tensor;
  readonly tight: Mask;
  readonly loose: Plane;
  /** Whether nothing is selected: the painting is the result. */
  readonly nothing: boolean;
  /** Whether no pixel may change: the object stays as it was pasted. */
  readonly idle: boolean;
}

export interface PastedInputs {
  readonly image: Picture;
  readonly painting: Picture;
  readonly mask: Mask;
  readonly loose?: Mask;
}

/** Smallest side that patches of VGG's deepest matched layer fit into. */
const SMALLEST = 48;

/** Throws NodeError where sizes differ, or are smaller than a patch. Masks of another size are brought to it. */
export function pastedPicture(
  { image, painting, mask, loose }: PastedInputs,
  note: NodeRun<PortSpecs, unknown>['note'],
): PastedPicture {
  const { width, height } = image;
  if (painting.width !== width || painting.height !== height) {
    const message = `The painting has ${painting.width} x ${painting.height} pixels, the picture with the object in it ${width} x ${height}: they must be of one size, because what lies around the object is the painting.`;
    throw new NodeError('shape-mismatch', message, 'painting');
  }
  if (Math.min(width, height) < SMALLEST) {
    const message = `The painting has ${width} x ${height} pixels; expected ${SMALLEST} at least on each side, which is a patch of the deepest layer.`;
    throw new NodeError('bad-picture', message, 'painting');
  }
  const tight = resizeMaskNearest(mask, image);
  const share = selectedShare(tight);
  if (share === 'nothing') note('warning', 'The mask selects nothing: the painting stays as it is');
  const wide = loose ? resizeMaskNearest(loose, image) : around(tight);
  const idle = share !== 'nothing' && selectedShare(wide) === 'nothing';
  if (idle) note('warning', 'The loose mask selects nothing: the object stays as it was pasted');
  return {
    naive: pictureToTensor(image),
    painting: pictureToTensor(painting),
    tight,
    loose: wide,
    nothing: share === 'nothing',
    idle,
  };
}

/** The published dilation, which alone would leave nothing of a mask of a few pixels. */
function around(tight: Mask): Plane {
  const wide = dilated(tight);
  return { ...wide, data: wide.data.map((value, i) => (tight.data[i]! > 0 ? 1 : value)) };
}

/** `changed` where the mask is, softly, and the painting elsewhere. */
export function backInPainting(
  changed: Tensor,
  { painting, tight }: Pick<PastedPicture, 'painting' | 'tight'>,
): Picture {
  const edge = softEdge(tight).data;
  let channel = 0;
  const blended = mapChannels(changed, ({ width, height, data }) => {
    const around = painting.data.subarray(channel * data.length, ++channel * data.length);
    return { width, height, data: data.map((value, i) => value * edge[i]! + around[i]! * (1 - edge[i]!)) };
  });
  return tensorToPicture(blended);
}
