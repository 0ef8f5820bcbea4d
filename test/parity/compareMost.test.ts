import { describe, expect, it } from 'vitest';
import { tensor } from '../../models/tensor/tensor.ts';
import { compareMost } from '../../server/cli/parity/kinds/deepPainterly/compareMost.ts';
import { ParityReport } from '../../server/cli/parity/parityReport.ts';

function compared(values: readonly number[], share: number): ParityReport {
  const report = new ParityReport();
  const found = tensor([values.length], Float32Array.from(values));
  compareMost(report, 'x', { found, expected: tensor([4]), tolerance: 0.1, share });
  return report;
}

describe('comparing all but a few values', () => {
  it('lets so many be off, and no more', () => {
    expect(compared([0, 0, 0, 9], 0.25).passed).toBe(true);
    expect(compared([0, 0, 9, 9], 0.25).passed).toBe(false);
  });

  it('counts what is no number as off', () => {
    expect(compared([0, 0, 0, NaN], 0).passed).toBe(false);
    expect(compared([NaN, NaN, 0, 0], 0.25).passed).toBe(false);
  });

  it('holds all values where none may be off, and other shapes are wrong', () => {
    expect(compared([0.05, -0.05, 0, 0], 0).worst).toMatchObject({ name: 'x', tolerance: 0.1 });
    expect(compared([0, 0, 0, 9], 0).failures[0]).toMatchObject({ name: 'x', absolute: 9 });
    expect(compared([0, 0, 0], 0.5).failures[0]!.problem).toContain('has the shape');
  });
});
