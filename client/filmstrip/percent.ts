const LEAST = 0.001;

/** A share in percent, with two digits that count: small ones are not told as nothing. */
export function percent(share: number): string {
  const percents = 100 * share;
  if (percents > 0 && percents < LEAST) return `< ${LEAST} %`;
  return `${percents >= 9.95 ? percents.toFixed(0) : Number(percents.toPrecision(2))} %`;
}
