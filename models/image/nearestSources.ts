/** Where Pillow's NEAREST takes each of `to` rows or columns from; it steps by repeated addition, which decides ties. */
export function nearestSources(from: number, to: number): Int32Array {
  const scale = from / to;
  const sources = new Int32Array(to);
  let position = scale * 0.5;
  for (let i = 0; i < to; i++, position += scale) sources[i] = Math.min(Math.floor(position), from - 1);
  return sources;
}
