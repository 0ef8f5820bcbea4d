import type { Picture } from '../image/picture.ts';

/** Rows of a 2 x 3 matrix that leads from pixels of the source to pixels of the result. */
export type Matrix2x3 = readonly [readonly [number, number, number], readonly [number, number, number]];

/** OpenCV rounds coordinates to so many parts of a pixel. */
const PARTS = 32;

/** cv2.warpAffine with linear interpolation and BORDER_REFLECT_101: the matrix is inverted, then looked up. */
export function warpPicture(picture: Picture, [[a, b, c], [d, e, f]]: Matrix2x3): Picture {
  const area = a * e - b * d;
  const sourceOf = (x: number, y: number): { x: number; y: number } => ({
    x: (e * (x - c) - b * (y - f)) / area,
    y: (a * (y - f) - d * (x - c)) / area,
  });
  const rounded = (value: number): number => Math.round(value * PARTS) / PARTS;
  return sampled(picture, picture, (x, y) => {
    const source = sourceOf(x, y);
    return { x: rounded(source.x), y: rounded(source.y) };
  });
}

/** cv2.resize with linear interpolation, which does not average when it shrinks. */
export function resizeLinear(
  picture: Picture,
  size: { readonly width: number; readonly height: number },
): Picture {
  const [across, down] = [picture.width / size.width, picture.height / size.height];
  const clamped = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
  return sampled(picture, size, (x, y) => ({
    x: clamped((x + 0.5) * across - 0.5, picture.width - 1),
    y: clamped((y + 0.5) * down - 0.5, picture.height - 1),
  }));
}

/** cv2.blur: the mean of size x size pixels, mirrored beyond the border. */
export function boxBlur({ width, height, data }: Picture, size: number): Picture {
  const radius = (size - 1) / 2;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let row = -radius; row <= radius; row++) {
          const line = mirrored(y + row, height) * width;
          for (let column = -radius; column <= radius; column++) {
            sum += data[(line + mirrored(x + column, width)) * 3 + channel]!;
          }
        }
        out[(y * width + x) * 3 + channel] = Math.round(sum / size ** 2);
      }
    }
  }
  return { width, height, data: out };
}

/** Left and right exchanged. */
export function flipped({ width, height, data }: Picture): Picture {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const mirror = i - (i % width) + (width - 1 - (i % width));
    out.set(data.subarray(mirror * 3, mirror * 3 + 3), i * 3);
  }
  return { width, height, data: out };
}

function sampled(
  { width, height, data }: Picture,
  size: { readonly width: number; readonly height: number },
  sourceOf: (x: number, y: number) => { x: number; y: number },
): Picture {
  const out = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const source = sourceOf(x, y);
      const [left, top] = [Math.floor(source.x), Math.floor(source.y)];
      const [across, down] = [source.x - left, source.y - top];
      const columns = [mirrored(left, width), mirrored(left + 1, width)] as const;
      const rows = [mirrored(top, height) * width, mirrored(top + 1, height) * width] as const;
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number): number => data[(row + column) * 3 + channel]!;
        const upper = at(rows[0], columns[0]) * (1 - across) + at(rows[0], columns[1]) * across;
        const lower = at(rows[1], columns[0]) * (1 - across) + at(rows[1], columns[1]) * across;
        out[(y * size.width + x) * 3 + channel] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return { width: size.width, height: size.height, data: out };
}

/** BORDER_REFLECT_101: the border pixel itself is not repeated. */
function mirrored(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((index % period) + period) % period;
  return within < size ? within : period - within;
}
