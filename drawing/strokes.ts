import { z } from 'zod';
import { readPoints, wrongPoint } from './points.ts';

/** What one drawing may hold: hours of work, and still a file that opens at once. */
export const DRAWING_LIMITS = {
  side: 16_384,
  pixels: 8192 * 8192,
  operations: 2_000,
  points: 100_000,
  radius: 2_000,
  distance: 500,
} as const;

const mode = z.enum(['add', 'erase']);
const distance = z.int().min(1).max(DRAWING_LIMITS.distance);
const coordinate = z.number().min(-32_768).max(32_768);

function points(values: number) {
  return z
    .string()
    .max(DRAWING_LIMITS.points * 32)
    .refine((text) => readPoints(text, values) !== undefined, {
      error: ({ input }) =>
        `points like "${values === 3 ? '10,20,1 12.5,20,0.8' : '10,20 12.5,20'}"; found ${wrongPoint(String(input), values)}`,
    });
}

/**
 * One thing done to a mask. Coordinates are in pixels of the picture that was drawn on, from its top left corner.
 *
 * - `stroke`: a brush along points `x,y,pressure`; the radius is multiplied by the pressure. Hardness 1 has a sharp
 *   edge, 0 falls off from the middle. Going over a place again does not build up
 * - `polygon`: a closed area with corners `x,y`; a lasso is one with many
 * - `fill`: what is connected with a point and not yet selected (or, to erase, selected)
 * - `grow`: the edge moves outwards by so many pixels, inwards when negative; soft edges stay as soft
 * - `feather`: the edge becomes a ramp that reaches so many pixels to both sides
 */
export const maskOperationSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('stroke'),
    mode,
    radius: z.number().min(0.5).max(DRAWING_LIMITS.radius),
    hardness: z.number().min(0).max(1),
    points: points(3),
  }),
  z.strictObject({ op: z.literal('polygon'), mode, points: points(2) }),
  z.strictObject({ op: z.literal('fill'), mode, x: coordinate, y: coordinate }),
  z.strictObject({
    op: z.literal('grow'),
    pixels: z.int().min(-DRAWING_LIMITS.distance).max(DRAWING_LIMITS.distance),
  }),
  z.strictObject({ op: z.literal('feather'), pixels: distance }),
  z.strictObject({ op: z.literal('invert') }),
  z.strictObject({ op: z.literal('clear') }),
  z.strictObject({ op: z.literal('all') }),
]);
export type MaskOperation = z.infer<typeof maskOperationSchema>;

/** A drawing as a workflow keeps it: the size of the picture that was drawn on, and what was done, in order. */
export const strokesSchema = z
  .strictObject({
    width: z.int().min(1).max(DRAWING_LIMITS.side),
    height: z.int().min(1).max(DRAWING_LIMITS.side),
    ops: z.array(maskOperationSchema).max(DRAWING_LIMITS.operations),
  })
  .refine(({ width, height }) => width * height <= DRAWING_LIMITS.pixels, {
    error: ({ input }) => {
      const { width, height } = input as Record<'width' | 'height', number>;
      return `of at most ${DRAWING_LIMITS.pixels} pixels; found ${width} x ${height}`;
    },
  })
  .refine(({ ops }) => countPoints(ops) <= DRAWING_LIMITS.points, {
    error: ({ input }) =>
      `of at most ${DRAWING_LIMITS.points} points; found ${countPoints((input as { ops: MaskOperation[] }).ops)}`,
  });
export type Strokes = z.infer<typeof strokesSchema>;

/** Nothing drawn yet; the size is that of the picture once something is. */
export const noStrokes: Strokes = { width: 1, height: 1, ops: [] };

/** Points in all operations, which `DRAWING_LIMITS.points` bounds. */
export function countPoints(ops: readonly MaskOperation[]): number {
  let count = 0;
  for (const op of ops) if ('points' in op && op.points !== '') count += op.points.split(' ').length;
  return count;
}
