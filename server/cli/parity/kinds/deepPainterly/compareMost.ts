import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { ParityReport } from '../../parityReport.ts';

/** Compares a tensor of which so small a share may be off by more: where rounding decides between two values, either is right. */
export function compareMost(
  report: ParityReport,
  name: string,
  {
    found,
    expected,
    tolerance,
    share,
  }: {
    readonly found: Tensor;
    readonly expected: Tensor;
    readonly tolerance: number;
    readonly share: number;
  },
): void {
  const outside = expected.data.filter((value, i) => !(Math.abs(found.data[i]! - value) <= tolerance)).length;
  if (outside === 0 || share === 0 || found.data.length !== expected.data.length) {
    report.tensor(name, found, expected, tolerance);
    return;
  }
  const label = `${name}: share outside ${tolerance.toExponential(1)}`;
  report.values(label, [outside / expected.data.length], [0], share);
}
