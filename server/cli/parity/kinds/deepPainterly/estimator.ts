import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { paintingNoise, styleWeights } from '../../../../../models/painterly/styleWeights.ts';
import type { Kind } from '../kind.ts';

interface EstimatorCase {
  readonly image: string;
  readonly level: number;
  readonly noise: number;
  readonly style: number;
  readonly hist: number;
  readonly tv: number;
}

/** `deep-painterly-harmonization/estimator`: the weights of pass 2 by a painting's grain and its style level. */
export const estimator: Kind = async ({ golden, report }) => {
  const tolerance = golden.tolerance.stated('relative') ?? 1e-4;
  for (const expected of golden.json['cases'] as readonly EstimatorCase[]) {
    const noise = paintingNoise(pictureToTensor(await golden.picture(expected.image)));
    const { style, histogram, tv } = styleWeights(expected.level, noise);
    const found = { noise, style, hist: histogram, tv };
    for (const [name, value] of Object.entries(found)) {
      const should = expected[name as keyof typeof found];
      report.values(`${expected.image}: ${name}`, [value], [should], tolerance * Math.abs(should));
    }
  }
};
