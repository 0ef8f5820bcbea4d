import type { Picture } from '../image/picture.ts';
import { MersenneTwister } from '../sampling/mersenneTwister.ts';
import { yieldToEventLoop } from '../sampling/yieldToEventLoop.ts';
import { cornersAlong, emptyField, PATCH, type PatchField, type PatchSearch } from './patchField.ts';

const ITERATIONS = 5;
/** Corners that are searched for at a time: about a fifth of a second. */
const AT_A_TIME = 20_000;

/**
 * PatchMatch (Barnes et al., SIGGRAPH 2009): nearly nearest patches, for pictures too large to compare all with all. Starts
 * anywhere, takes over what neighbours found, and looks around at random in ever smaller circles; to and fro five times. The
 * same seed gives the same field. Only corners that are `wanted` are searched for.
 */
export async function patchMatch(
  picture: Picture,
  painting: Picture,
  { wanted, seed, signal, onProgress }: PatchSearch & { readonly seed: number },
): Promise<PatchField> {
  const [across, down] = [cornersAlong(painting.width), cornersAlong(painting.height)];
  const field = emptyField(cornersAlong(picture.width), cornersAlong(picture.height));
  const random = new MersenneTwister(seed);
  const below = (count: number): number => random.uint32() % count;
  const inside = new Uint8Array(field.x.length);
  for (const corner of wanted) inside[corner] = 1;

  const propose = proposals(field, picture, painting);
  for (const corner of wanted) propose(corner, below(across), below(down));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const step = iteration % 2 === 0 ? 1 : -1;
    for (const [i, corner] of (step === 1 ? wanted : wanted.toReversed()).entries()) {
      if (i % AT_A_TIME === 0) {
        await yieldToEventLoop();
        signal?.throwIfAborted();
        onProgress?.((iteration + i / wanted.length) / ITERATIONS);
      }
      const column = (corner % field.width) - step;
      const [beside, above] = [corner - step, corner - step * field.width];
      if (column >= 0 && column < field.width && inside[beside])
        propose(corner, field.x[beside]! + step, field.y[beside]!);
      if (inside[above]) propose(corner, field.x[above]!, field.y[above]! + step);
      for (let reach = Math.max(across, down); reach >= 1; reach = Math.floor(reach / 2)) {
        const [x, y] = [field.x[corner]! - reach, field.y[corner]! - reach];
        propose(corner, x + below(2 * reach + 1), y + below(2 * reach + 1));
      }
    }
  }
  return field;
}

/** Takes over a patch of the painting for a corner where it is better than what the field has. */
function proposals(field: PatchField, picture: Picture, painting: Picture) {
  const [across, down] = [cornersAlong(painting.width), cornersAlong(painting.height)];
  const [own, others] = [picture.data, painting.data];
  const [ownRow, otherRow] = [picture.width * 3, painting.width * 3];
  return (corner: number, x: number, y: number): void => {
    if (x < 0 || x >= across || y < 0 || y >= down) return;
    const limit = field.distance[corner]!;
    let one = (Math.floor(corner / field.width) * picture.width + (corner % field.width)) * 3;
    let other = (y * painting.width + x) * 3;
    let sum = 0;
    for (let row = 0; row < PATCH && sum < limit; row++) {
      for (let i = 0; i < PATCH * 3; i++) {
        const difference = own[one + i]! - others[other + i]!;
        sum += difference * difference;
      }
      one += ownRow;
      other += otherRow;
    }
    if (sum >= limit) return;
    field.distance[corner] = sum;
    field.x[corner] = x;
    field.y[corner] = y;
  };
}
