import type { Mask, Picture } from '../image/picture.ts';
import { pictureToTensor } from '../image/unitPixels.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { guidedFilter } from './guidedFilter.ts';
import { labToRgb, rgbToLab } from './lab.ts';
import { nearestPatches } from './nearestPatches.ts';
import { cornersAlong, PATCH, type PatchField } from './patchField.ts';
import { patchMatch } from './patchMatch.ts';
import { mapChannels, type Plane } from './plane.ts';
import { gaussianKernel, smooth } from './smooth.ts';
import { votePatches } from './votePatches.ts';

/** Pairs of patches that are compared one by one: about ten seconds on two cores. */
const MOST_PAIRS = 1e9;

export interface CleanUpOptions {
  /** Result of pass 2. */
  readonly result: Picture;
  /** What was pasted, before anything was changed: the guide. */
  readonly naive: Picture;
  readonly painting: Picture;
  readonly mask: Mask;
  readonly seed: number;
  /** Compare all patches with all, whatever it takes; unless given, where it does not take long. */
  readonly exact?: boolean;
  readonly signal?: AbortSignal;
}

/** What comes out, and what it was made of, all `[1, 3, H, W]` in [0, 1] but the masks. */
export interface CleanUp {
  readonly labFiltered: Tensor;
  readonly filtered: Tensor;
  readonly field: PatchField;
  readonly vote: Picture;
  readonly blend: Plane;
  /** Not clipped. */
  readonly output: Tensor;
}

/**
 * The published clean-up behind pass 2 (filt_cnn_artifact.m): colours (Lab's a and b) are smoothed along the pasted picture's
 * edges; then every 7x7 patch becomes the painting's most like it, overlapping ones averaged, with the fine detail of
 * before. Only what the mask's soft surroundings show is searched for. All pictures have one size, 7x7 pixels at least.
 */
export async function cleanUp(options: CleanUpOptions): Promise<CleanUp> {
  const { result, naive, painting, mask } = options;
  const lab = rgbToLab(pictureToTensor(result));
  const guide = pictureToTensor(naive);
  let channel = 0;
  const labFiltered = mapChannels(lab, (values) =>
    channel++ === 0 ? values : guidedFilter(guide, values, { radius: 2, epsilon: 0.01 }),
  );
  const filtered = labToRgb(labFiltered);
  const blend = blendMask(mask);
  const levels = toLevels(filtered);
  const field = await findPatches(levels, { ...options, blend });
  const vote = votePatches(field, painting, painting);
  return {
    labFiltered,
    filtered,
    field,
    vote,
    blend,
    output: withDetail({ filtered, vote, blend, painting }),
  };
}

async function findPatches(
  levels: Picture,
  { painting, seed, exact, signal, blend }: CleanUpOptions & { readonly blend: Plane },
): Promise<PatchField> {
  const wanted = exact ? allCorners(levels) : cornersThatShow(blend);
  const pairs = wanted.length * cornersAlong(painting.width) * cornersAlong(painting.height);
  const search = { wanted, ...(signal ? { signal } : {}) };
  return exact || pairs <= MOST_PAIRS
    ? nearestPatches(levels, painting, search)
    : patchMatch(levels, painting, { ...search, seed });
}

/** Soft, a little larger than the mask. */
function blendMask(mask: Mask): Plane {
  const kernel = gaussianKernel(7, 3);
  const { width, height, data } = smooth(mask, kernel);
  return smooth(
    { width, height, data: data.map((value) => (value > 0.01 ? 1 : value < 0.01 ? 0 : value)) },
    kernel,
  );
}

function toLevels({ shape, data }: Tensor): Picture {
  const [height = 0, width = 0] = shape.slice(-2);
  const area = width * height;
  const bytes = Uint8Array.from({ length: area * 3 }, (_, i) =>
    Math.floor(255 * data[(i % 3) * area + Math.floor(i / 3)]!),
  );
  return { width, height, data: bytes };
}

function allCorners({ width, height }: Picture): readonly number[] {
  return Array.from({ length: cornersAlong(width) * cornersAlong(height) }, (_, i) => i);
}

/** Corners of patches that cover a pixel of the blend mask. */
function cornersThatShow({ width, height, data }: Plane): readonly number[] {
  const [across, down] = [cornersAlong(width), cornersAlong(height)];
  const shows = new Uint8Array(across * down);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      for (let v = Math.max(0, y - PATCH + 1); v <= Math.min(y, down - 1); v++)
        shows.fill(1, v * across + Math.max(0, x - PATCH + 1), v * across + Math.min(x, across - 1) + 1);
    }
  return [...shows.keys()].filter((i) => shows[i] === 1);
}

function withDetail(parts: {
  readonly filtered: Tensor;
  readonly vote: Picture;
  readonly blend: Plane;
  readonly painting: Picture;
}): Tensor {
  const { filtered, blend } = parts;
  const kernel = gaussianKernel(7, 1);
  const base = mapChannels(filtered, (channel) => smooth(channel, kernel));
  const [vote, painting] = [pictureToTensor(parts.vote), pictureToTensor(parts.painting)];
  const output = tensor(filtered.shape);
  for (let i = 0; i < output.data.length; i++) {
    const share = blend.data[i % blend.data.length]!;
    const changed = vote.data[i]! + filtered.data[i]! - base.data[i]!;
    output.data[i] = changed * share + painting.data[i]! * (1 - share);
  }
  return output;
}
