import type { WithObjectiveOptions } from '../../../../../models/painterly/withObjective.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { batched, caseName, evaluated, single, type Pass } from './pass.ts';
import { relativeTolerance } from './recommendedTolerance.ts';

/** `grad_exact.probe.TERM`: the derivative of one loss. `grad_rule_term.probe.TERM`: what the rule makes of it alone. */
export async function compareTerms(
  { golden, report }: KindRun,
  file: GoldenTensors,
  pass: Pass,
): Promise<void> {
  const { vgg, mask, rule, terms, x0 } = pass;
  const probe = batched(pass.probe);
  // The case speaks of all terms together.
  const seen = golden.object('tolerance')['grad_rule_probe'];
  for (const term of terms) {
    const alone: readonly (readonly [string, Pick<WithObjectiveOptions, 'terms' | 'rule' | 'mask'>])[] = [
      [`grad_exact.probe.${caseName(term)}`, { terms: [term], rule: 'derivative' }],
      [
        `grad_rule_term.probe.${caseName(term)}`,
        // The others' masks stay where they are.
        { terms: terms.map((each) => (each === term ? each : { ...each, weight: 0 })), rule, mask },
      ],
    ];
    for (const [name, objective] of alone) {
      const expected = await file.maybe(name);
      if (!expected) continue;
      const { gradient } = await evaluated({ vgg, x0, ...objective }, probe);
      report.tensor(name, single(gradient), expected, relativeTolerance(seen, expected));
    }
  }
}
