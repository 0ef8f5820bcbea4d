import type { Device } from '../../../models/runtime/device.ts';
import { GoldenCase } from './goldenCase.ts';
import { findCases } from './findCases.ts';
import { kinds } from './kinds/kinds.ts';
import { ParityModels } from './parityModels.ts';
import { ParityReport } from './parityReport.ts';

export interface ParityTotals {
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs every case below `root` whose kind is known, one line each (and what was not compared below it), and prints the
 * totals last. Cases of other kinds are listed and counted in neither; a folder that cannot be searched has failed.
 */
export async function runParity(
  root: string,
  { print, device }: { readonly print: (line: string) => void; readonly device: Device },
): Promise<ParityTotals> {
  const { folders, unreadable } = await findCases(root);
  const models = new ParityModels(device);
  let [passed, failed] = [0, unreadable.length];
  for (const { folder, reason } of unreadable)
    print(`FAILED       ${folder} cannot be searched: ${sentence(reason)}`);
  try {
    for (const folder of folders) {
      const outcome = await runCase({ folder, root, models, print });
      if (outcome === 'passed') passed++;
      if (outcome === 'failed') failed++;
    }
  } finally {
    await models.close();
  }
  const cases = folders.length + unreadable.length;
  if (cases > 0) print(`${passed} passed, ${failed} failed`);
  return { cases, passed, failed };
}

async function runCase(options: {
  readonly folder: string;
  readonly root: string;
  readonly models: ParityModels;
  readonly print: (line: string) => void;
}): Promise<'passed' | 'failed' | 'not covered'> {
  const { folder, root, models, print } = options;
  let golden: GoldenCase;
  try {
    golden = await GoldenCase.read(folder, root);
  } catch (error) {
    print(`FAILED       case.json in ${folder}: ${sentence(error)}`);
    return 'failed';
  }
  const run = Object.hasOwn(kinds, golden.kind) ? kinds[golden.kind] : undefined;
  if (!run) {
    print(`not covered  ${golden.kind}  ${golden.label}`);
    return 'not covered';
  }
  const report = new ParityReport();
  try {
    await run({ golden, report, models, model: (weights, expose) => models.named(golden, weights, expose) });
  } catch (error) {
    report.failure('the case', sentence(error));
  }
  for (const line of caseLines(golden, report)) print(line);
  const untouched = await golden.untouched();
  if (untouched.length > 0) print(`             not compared: ${shortList(untouched)}`);
  return report.passed ? 'passed' : 'failed';
}

/** The case's line: the comparison that comes closest to its tolerance; then failures and remarks. */
function* caseLines(golden: GoldenCase, report: ParityReport): Generator<string> {
  const { worst, worstLevel, comparisons, failures } = report;
  const verdict = report.passed ? 'ok    ' : 'FAILED';
  const place = `${golden.kind}  ${golden.label}`;
  if (!worst) {
    yield `${verdict}       ${place}  nothing could be compared`;
    return;
  }
  const { name, absolute, relative, tolerance } = worst;
  const errors = `abs ${short(absolute)}  rel ${short(relative)}  tolerance ${short(tolerance)}`;
  const levels = worst.isPicture || worstLevel === undefined ? '' : `; pictures within ${worstLevel} levels`;
  yield `${verdict}       ${place}  ${errors}  (${name}; ${comparisons.length} compared${levels})`;
  for (const failure of failures.slice(0, 8)) {
    const what = failure.problem ?? `abs ${short(failure.absolute)}, tolerance ${short(failure.tolerance)}`;
    yield `             ${failure.name}: ${what}`;
  }
  if (failures.length > 8) yield `             and ${failures.length - 8} more`;
  for (const remark of report.remarks) yield `             ${remark}`;
}

function short(value: number): string {
  return value === 0 || !Number.isFinite(value) ? String(value) : value.toExponential(1);
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
