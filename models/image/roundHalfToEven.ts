/** To the nearest whole number, halves to the even one: as NumPy, Python and OpenCV round. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + Math.abs(floor % 2) : Math.round(value);
}
