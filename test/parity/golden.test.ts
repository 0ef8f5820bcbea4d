import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runParity } from '../../server/cli/parity/runParity.ts';

/** Inputs and outputs of the authors' own code; not part of the repository. */
const golden = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));

it('the golden data comes out of the product’s code', async ({ skip }) => {
  skip(!existsSync(golden), 'there is no golden data at ../shared/golden');
  const lines: string[] = [];
  const totals = await runParity(golden, { device: 'cpu', print: (line) => lines.push(line) });
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([]);
  expect(totals.failed).toBe(0);
  expect(totals.passed).toBeGreaterThan(0);
  expect(lines.at(-1)).toBe(`${totals.passed} passed, 0 failed`);
});
