import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { compareTerms } from './compareTerms.ts';
import { compareTrajectory } from './compareTrajectory.ts';
import { batched, caseName, evaluated, LOSS_RELATIVE, single, statedLosses, type Pass } from './pass.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';

/** Losses, gradients by the published rule and by derivation, and the pictures of the first steps. */
export async function comparePass(run: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  await compareValues(run, file, pass);
  await compareTerms(run, file, pass);
  await compareTrajectory(run, file, pass);
}

/** The probe differs from the start outside the mask as well, which an optimisation never does. */
async function compareValues({ golden, report }: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  const stated = golden.object('tolerance');
  const { terms, x0, probe } = pass;
  const points = { x0: await evaluated(pass, x0), probe: await evaluated(pass, batched(probe)) };
  for (const [point, { losses, total, gradient }] of Object.entries(points)) {
    const expected = statedLosses(golden, point);
    const within = LOSS_RELATIVE * expected.total_reported;
    report.values(`${point}: total`, [total], [expected.total_reported], within);
    for (const term of terms) {
      const should = expected.terms[caseName(term)] ?? NaN;
      report.values(
        `${point}: ${term.name}`,
        [losses.get(term.name)!],
        [should],
        LOSS_RELATIVE * Math.max(1, should),
      );
    }
    const name = `grad_rule.${point}`;
    const rules = await file.get(name);
    const tolerance = recommendedTolerance(stated[`grad_rule_${point}`], rules);
    report.tensor(name, single(gradient), rules, tolerance);
  }
}
