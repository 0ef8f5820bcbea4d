import { expect, it } from 'vitest';
import { inDoubleWhereRounded } from '../../server/cli/parity/kinds/deepPainterly/inDoubleWhereRounded.ts';
import type { KindRun } from '../../server/cli/parity/kinds/kind.ts';
import { ParityReport } from '../../server/cli/parity/parityReport.ts';

/** What comes of two values that should be 1 and 2 within a tenth, found so in each precision. */
async function reported(single: readonly number[], double: readonly number[]) {
  const report = new ParityReport();
  const asked: string[] = [];
  const kind = inDoubleWhereRounded(async (run, precision) => {
    asked.push(precision);
    const found = precision === 'float32' ? single : double;
    run.report.values('one', [found[0]!], [1], 0.1);
    run.report.values('two', [found[1]!], [2], 0.1);
  });
  await kind({ report } as KindRun);
  return { report, asked };
}

it('asks for no double precision where float32 will do', async () => {
  const { report, asked } = await reported([1, 2], [9, 9]);
  expect([report.passed, report.remarks, asked]).toEqual([true, [], ['float32']]);
});

it('takes what float32 missed from double precision, nothing else, and says so', async () => {
  const { report, asked } = await reported([1, 2.5], [9, 2]);
  expect(asked).toEqual(['float32', 'float64']);
  expect(report.passed).toBe(true);
  expect(report.remarks).toEqual([
    'in float32 1 of 2 are off by more (most two, by 5.0e-1 of 1.0e-1): compared in float64',
  ]);
});

it('has failed where double precision misses it too', async () => {
  const { report } = await reported([3, 2.5], [1, 2.4]);
  expect(report.failures.map(({ name }) => name)).toEqual(['two']);
});
