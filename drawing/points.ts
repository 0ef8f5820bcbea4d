/** Beyond this a coordinate means nothing: pictures have at most 16384 pixels a side. */
const FARTHEST = 32_768;

/**
 * The points of a drawn line as a file holds them: `10,20,1 12.25,21,0.8`, like the points of an SVG polyline, with
 * `values` numbers each. Undefined for anything else, and for coordinates beyond all pictures.
 */
export function readPoints(text: string, values: number): number[] | undefined {
  if (text === '') return [];
  const numbers: number[] = [];
  for (const point of text.split(' ')) {
    const parts = point.split(',');
    if (parts.length !== values) return undefined;
    for (const part of parts) {
      const value = Number(part);
      if (part === '' || !Number.isFinite(value) || Math.abs(value) > FARTHEST) return undefined;
      numbers.push(value);
    }
  }
  return numbers;
}

/** The first point that `readPoints` does not understand, and which one it is, for a sentence. */
export function wrongPoint(text: string, values: number): string {
  const points = text.split(' ');
  const index = points.findIndex((point) => point === '' || readPoints(point, values) === undefined);
  return `${JSON.stringify(points[index]?.slice(0, 40))} as point ${index + 1}`;
}

/** The text for `readPoints`: coordinates in quarters of a pixel; what follows them (pressure) in hundredths. */
export function writePoints(numbers: ArrayLike<number>, values: number): string {
  const points: string[] = [];
  for (let i = 0; i + values <= numbers.length; i += values) {
    const parts = Array.from({ length: values }, (_, j) => roundPointValue(numbers[i + j]!, j));
    points.push(parts.join(','));
  }
  return points.join(' ');
}

/** What `writePoints` makes of the value at `index` of a point, for drawing what will be saved. */
export function roundPointValue(value: number, index: number): number {
  const parts = index < 2 ? 4 : 100;
  return Math.round(value * parts) / parts;
}
