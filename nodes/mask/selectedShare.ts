import type { Mask } from '../../models/image/picture.ts';

/** How much of the picture a mask selects, in words: `12.5 %`, `nothing`, `everything`. */
export function selectedShare({ data }: Pick<Mask, 'data'>): string {
  let sum = 0;
  for (const value of data) sum += value;
  if (sum === 0) return 'nothing';
  const share = sum / data.length;
  if (share === 1) return 'everything';
  const percent = Number((share * 100).toPrecision(3));
  return `${percent === 100 ? '99.9' : percent} %`;
}
