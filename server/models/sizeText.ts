const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `4.27 GB`: three digits, as file managers and hubs count (1 kB = 1000 B). */
export function sizeText(bytes: number): string {
  let [value, unit] = [Math.max(0, bytes), 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
