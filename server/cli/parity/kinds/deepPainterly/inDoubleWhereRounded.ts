import { ParityReport, type Comparison } from '../../parityReport.ts';
import type { Kind, KindRun } from '../kind.ts';

/** What the networks of a pass compute in: runs in float32, the references of these cases in float64. */
export type PassPrecision = 'float32' | 'float64';

/**
 * A pass as runs compute it, in float32, which not every correct program can bring within the tolerances of these cases. A
 * gradient jumps where a response lies within rounding of 0, or of the largest beside it. A count of a histogram jumps where a
 * response lies at a bin's edge. The first step of L-BFGS is 1 / |g|_1 long, so that much of the change that it finds is
 * rounding, of which it makes its first curvature (the cases' note). So what float32 misses must be met within the same
 * tolerance by the same graphs in double precision, which shows that rounding alone decided; the report says where.
 */
export function inDoubleWhereRounded(
  compare: (run: KindRun, precision: PassPrecision) => Promise<void>,
): Kind {
  return async (run) => {
    const { report } = run;
    const single = new ParityReport();
    await compare({ ...run, report: single }, 'float32');
    if (single.failures.length === 0) {
      report.comparisons.push(...single.comparisons);
      return;
    }
    const double = new ParityReport();
    await compare({ ...run, report: double }, 'float64');
    const missed = new Set(single.failures);
    const exact = new Map(double.comparisons.map((comparison) => [comparison.name, comparison]));
    report.comparisons.push(
      ...single.comparisons.map((found) => (missed.has(found) ? (exact.get(found.name) ?? found) : found)),
    );
    report.remark(remarkOn(single));
  };
}

function remarkOn({ failures, comparisons, worst }: ParityReport): string {
  const { name, absolute, tolerance } = worst as Comparison;
  const most = `most ${name}, by ${absolute.toExponential(1)} of ${tolerance.toExponential(1)}`;
  return `in float32 ${failures.length} of ${comparisons.length} are off by more (${most}): compared in float64`;
}
