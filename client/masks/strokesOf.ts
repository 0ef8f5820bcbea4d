import { noStrokes, strokesSchema, type Strokes } from '../../drawing/strokes.ts';

/** Long drawings are not read again and again. */
const read = new WeakMap<object, boolean>();

/** A parameter's value as a drawing, the very same object; nothing drawn where it is none (files are written by others). */
export function strokesOf(value: unknown): Strokes {
  if (typeof value !== 'object' || value === null) return noStrokes;
  let valid = read.get(value);
  if (valid === undefined) {
    valid = strokesSchema.safeParse(value).success;
    read.set(value, valid);
  }
  return valid ? (value as Strokes) : noStrokes;
}

/** Says of a drawing that was made here that it is one. */
export function trustStrokes(strokes: Strokes): Strokes {
  read.set(strokes, true);
  return strokes;
}
