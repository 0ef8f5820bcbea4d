import type { Mask, Picture } from '../image/picture.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { guidedFilter } from './guidedFilter.ts';
import { labToRgb, rgbToLab, type ColourPlanes } from './lab.ts';
import { nearestPatches } from './nearestPatches.ts';
import { cornersAlong, PATCH, type PatchField, type PatchSearch } from './patchField.ts';
import { patchMatch } from './patchMatch.ts';
import type { Plane } from './plane.ts';
import { gaussianKernel, smooth } from './smooth.ts';
import { votePatches } from './votePatches.ts';

/** Pairs of patches that are compared one by one: about ten seconds on two cores. */
const MOST_PAIRS = 1e9;

export interface CleanUpOptions extends Pick<PatchSearch, 'signal' | 'onProgress'> {
  /** Result of pass 2. */
  readonly result: Picture;
  /** What was pasted, before anything was changed: the guide. */
  readonly naive: Picture;
  readonly painting: Picture;
  readonly mask: Mask;
  readonly seed: number;
  /** Compare all patches with all, whatever it takes; unless given, where it does not take long. */
  readonly exact?: boolean;
}

/** What comes out, and what it was made of. */
export interface CleanUp {
  readonly labFiltered: ColourPlanes;
  readonly filtered: ColourPlanes;
  readonly field: PatchField;
  readonly vote: Picture;
  readonly blend: Plane;
  /** `[1, 3, H, W]`, RGB in [0, 1], not clipped. */
  readonly output: Tensor;
}

/**
 * The published clean-up behind pass 2 (filt_cnn_artifact.m): colours (Lab's a and b) are smoothed along the pasted picture's
 * edges; then every 7x7 patch becomes the painting's most like it, overlapping ones averaged, with the fine detail of
 * before. Only what the mask's soft surroundings show is searched for. All pictures have one size, 7x7 pixels at least.
 */
export async function cleanUp(options: CleanUpOptions): Promise<CleanUp> {
  const { result, naive, painting, mask } = options;
  const [light, ...colours] = rgbToLab(planesOf(result));
  const smoothed = guidedFilter(planesOf(naive), result, { radius: 2, epsilon: 0.01 });
  const labFiltered = [light!, ...colours.map(smoothed)];
  const filtered = labToRgb(labFiltered);
  const blend = blendMask(mask);
  const field = await findPatches(toLevels(filtered, result), { ...options, blend });
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

/** In double precision: a colour that is off by float32's rounding may be another level, and another patch nearest to it. */
function planesOf({ width, height, data }: Picture): ColourPlanes {
  return [0, 1, 2].map((c) =>
    Float64Array.from({ length: width * height }, (_, i) => data[i * 3 + c]! / 255),
  );
}

async function findPatches(
  levels: Picture,
  { painting, seed, exact, signal, onProgress, blend }: CleanUpOptions & { readonly blend: Plane },
): Promise<PatchField> {
  const wanted = exact ? allCorners(levels) : cornersThatShow(blend);
  const pairs = wanted.length * cornersAlong(painting.width) * cornersAlong(painting.height);
  const search = { wanted, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
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

function toLevels(planes: ColourPlanes, { width, height }: Picture): Picture {
  const levels = new Uint8Array(width * height * 3);
  for (const [c, plane] of planes.entries())
    for (let i = 0; i < plane.length; i++) levels[i * 3 + c] = Math.floor(255 * plane[i]!);
  return { width, height, data: levels };
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

function withDetail({
  filtered,
  vote,
  blend,
  painting,
}: Pick<CleanUp, 'filtered' | 'vote' | 'blend'> & { readonly painting: Picture }): Tensor {
  const { width, height } = blend;
  const output = tensor([1, 3, height, width]);
  for (const [c, plane] of filtered.entries()) {
    const values = Float32Array.from(plane);
    const base = smooth({ width, height, data: values }, gaussianKernel(7, 1)).data;
    for (let i = 0; i < values.length; i++) {
      const share = blend.data[i]!;
      const changed = vote.data[i * 3 + c]! / 255 + values[i]! - base[i]!;
      output.data[c * values.length + i] = changed * share + (painting.data[i * 3 + c]! / 255) * (1 - share);
    }
  }
  return output;
}
