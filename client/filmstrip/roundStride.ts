/** 1, 2 or 5 times a power of ten, at least as large: how far apart the numbers of an axis stand. */
export function roundStride(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= size * 0.999) ?? 10);
}
