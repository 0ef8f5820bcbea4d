/** A time as people say it: `340 ms`, `1.2 s`, `48 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1) return '<1 ms';
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3_600 ? pair(whole, ['min', 's']) : pair(Math.round(whole / 60), ['h', 'min']);
}

/** A time to wait, as short as there is room for on a node: `1 s` or more, `2 min`, `2 h 10 min`. */
export function waitText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : pair(minutes, ['h', 'min']);
}

/** Sixtieths in two units, without the smaller one where it is nothing. */
function pair(sixtieths: number, [large, small]: readonly [string, string]): string {
  const rest = sixtieths % 60;
  return `${Math.floor(sixtieths / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
