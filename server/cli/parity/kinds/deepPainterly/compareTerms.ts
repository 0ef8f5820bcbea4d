import type { LossTerm } from '../../../../../models/painterly/lossTerm.ts';
import type { WithObjectiveOptions } from '../../../../../models/painterly/withObjective.ts';
import { fromVggPixels } from '../../../../../models/vision/vggPixels.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { compareMost } from './compareMost.ts';
import {
  batched,
  caseName,
  evaluated,
  isHistogram,
  SHARE_OFF,
  single,
  statedLosses,
  type Pass,
} from './pass.ts';
import { relativeTolerance } from './recommendedTolerance.ts';

/** Of a response a dozen layers deep, what float32 makes of it, in shares of its size. */
const RESPONSE_RELATIVE = 2e-7;
/** `grad_exact.probe.TERM`: the derivative of one loss. `grad_rule_term.probe.TERM`: what the rule makes of it alone. */
export async function compareTerms(run: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  const { vgg, mask, rule, terms, x0 } = pass;
  const probe = batched(pass.probe);
  for (const term of terms) {
    const seen = await seenAtProbe(run, pass, term);
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
      const tolerance = relativeTolerance(seen, expected);
      const share = isHistogram(term) ? SHARE_OFF.histogram : 0;
      compareMost(run.report, name, { found: single(gradient), expected, tolerance, share });
    }
  }
}

/**
 * What float32 makes of one term's gradient, of which the cases speak only for all terms together. That of a content loss is a
 * difference of two responses that are nearly equal, and has what both are off by.
 */
async function seenAtProbe(
  { golden }: KindRun,
  { vgg, x0 }: Pass,
  term: LossTerm,
): Promise<{ readonly max_rel_to_peak: number }> {
  const stated = golden.object('tolerance')['grad_rule_probe'] as { max_rel_to_peak?: number } | undefined;
  const together = stated?.max_rel_to_peak ?? 0;
  if (!term.comparesWithStart) return { max_rel_to_peak: together };
  const picture = fromVggPixels(x0, vgg.config.pixels);
  const { data } = (await vgg.responses(picture, [term.layer])).get(term.layer)!;
  const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  const { terms } = statedLosses(golden, 'probe');
  const difference = Math.sqrt((terms[caseName(term)] ?? 0) / term.weight);
  const alone = difference > 0 ? (RESPONSE_RELATIVE * size) / difference : 0;
  return { max_rel_to_peak: Math.max(together, alone) };
}
