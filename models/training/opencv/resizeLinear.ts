import type { Picture } from '../../image/picture.ts';
import { roundHalfToEven } from '../../image/roundHalfToEven.ts';

/** What a weight of 1 is in whole numbers. */
const ONE = 2048;

/** The two pixels that a new one lies between, and their weights in parts of ONE. */
interface Place {
  readonly first: number;
  readonly second: number;
  readonly firstShare: number;
  readonly secondShare: number;
}

/**
 * cv2.resize with INTER_LINEAR, to the last bit (imgproc/src/resize.cpp): it does not average when it shrinks, and drops
 * bits of both rows before it adds them.
 */
export function resizeLinear(
  { width, height, data }: Picture,
  size: { readonly width: number; readonly height: number },
): Picture {
  const columns = places(width, size.width).map((place) => withinBorders(place, width));
  const rows = places(height, size.height);
  const out = new Uint8Array(size.width * size.height * 3);
  let target = 0;
  for (const row of rows) {
    const [upper, lower] = [row.first, row.second].map((y) => clamped(y, height) * width);
    for (const { first, second, firstShare, secondShare } of columns) {
      for (let channel = 0; channel < 3; channel++) {
        const across = (line: number): number =>
          data[(line + first) * 3 + channel]! * firstShare +
          data[(line + second) * 3 + channel]! * secondShare;
        const above = ((across(upper!) >> 4) * row.firstShare) >> 16;
        const below = ((across(lower!) >> 4) * row.secondShare) >> 16;
        out[target++] = (above + below + 2) >> 2;
      }
    }
  }
  return { ...size, data: out };
}

function places(from: number, to: number): Place[] {
  // Divided twice, as there: it may round otherwise than from / to.
  const scale = 1 / (to / from);
  return Array.from({ length: to }, (_, i) => {
    const place = Math.fround((i + 0.5) * scale - 0.5);
    const first = Math.floor(place);
    const share = Math.fround(place - first);
    const secondShare = roundHalfToEven(share * ONE);
    return {
      first,
      second: first + 1,
      firstShare: roundHalfToEven(Math.fround(1 - share) * ONE),
      secondShare,
    };
  });
}

/** A column beyond the border is the border's alone; of a row both shares stay, and are rounded each. */
function withinBorders(place: Place, count: number): Place {
  if (place.first >= 0 && place.second < count) return place;
  const border = clamped(place.first, count);
  return { first: border, second: border, firstShare: ONE, secondShare: 0 };
}

function clamped(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
