import type { Picture } from '../image/picture.ts';
import { MersenneTwister } from '../sampling/mersenneTwister.ts';
import { cornersAlong, emptyField, PATCH, type PatchField } from './patchField.ts';

const ITERATIONS = 5;

/**
 * PatchMatch (Barnes et al., SIGGRAPH 2009): nearly nearest patches, for pictures too large to compare all with all. Starts
 * anywhere, takes over what neighbours found, and looks around at random in ever smaller circles; to and fro five times. The
 * same seed gives the same field. Only corners that are `wanted` are searched for.
 */
export function patchMatch(
  picture: Picture,
  painting: Picture,
  {
    wanted,
    seed,
    signal,
  }: { readonly wanted: readonly number[]; readonly seed: number; readonly signal?: AbortSignal },
): PatchField {
  const [width, height] = [cornersAlong(picture.width), cornersAlong(picture.height)];
  const [across, down] = [cornersAlong(painting.width), cornersAlong(painting.height)];
  const field = emptyField(width, height);
  const random = new MersenneTwister(seed);
  const below = (count: number): number => random.uint32() % count;
  const inside = new Uint8Array(width * height);
  for (const corner of wanted) inside[corner] = 1;

  const propose = (corner: number, x: number, y: number): void => {
    if (x < 0 || x >= across || y < 0 || y >= down) return;
    const from = Math.floor(corner / width) * picture.width + (corner % width);
    const distance = patchDistance(
      [picture, from],
      [painting, y * painting.width + x],
      field.distance[corner]!,
    );
    if (distance >= field.distance[corner]!) return;
    [field.distance[corner], field.x[corner], field.y[corner]] = [distance, x, y];
  };
  for (const corner of wanted) propose(corner, below(across), below(down));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    signal?.throwIfAborted();
    const step = iteration % 2 === 0 ? 1 : -1;
    for (const corner of step === 1 ? wanted : wanted.toReversed()) {
      const column = (corner % width) - step;
      if (column >= 0 && column < width && inside[corner - step])
        propose(corner, field.x[corner - step]! + step, field.y[corner - step]!);
      if (inside[corner - step * width])
        propose(corner, field.x[corner - step * width]!, field.y[corner - step * width]! + step);
      for (let reach = Math.max(across, down); reach >= 1; reach = Math.floor(reach / 2)) {
        const [x, y] = [field.x[corner]! - reach, field.y[corner]! - reach];
        propose(corner, x + below(2 * reach + 1), y + below(2 * reach + 1));
      }
    }
  }
  return field;
}

/** Stops once it is no better than `limit`. */
function patchDistance(
  [a, aFrom]: readonly [Picture, number],
  [b, bFrom]: readonly [Picture, number],
  limit: number,
): number {
  let sum = 0;
  for (let dy = 0; dy < PATCH && sum < limit; dy++) {
    const [one, other] = [(aFrom + dy * a.width) * 3, (bFrom + dy * b.width) * 3];
    for (let i = 0; i < PATCH * 3; i++) {
      const difference = a.data[one + i]! - b.data[other + i]!;
      sum += difference * difference;
    }
  }
  return sum;
}
