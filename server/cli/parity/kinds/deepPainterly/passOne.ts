import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { gramMatrix } from '../../../../../models/painterly/gramMatrix.ts';
import { matchPatches } from '../../../../../models/painterly/matchPatches.ts';
import { passOneTargets } from '../../../../../models/painterly/passOneTargets.ts';
import { passOneTerms } from '../../../../../models/painterly/passTerms.ts';
import type { Kind } from '../kind.ts';
import { comparePass } from './comparePass.ts';
import { caseVgg, inputMask, inputPicture } from './caseInputs.ts';
import { inDoubleWhereRounded } from './inDoubleWhereRounded.ts';
import { matchesTensor } from './matchesTensor.ts';
import { startOf } from './pass.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';
import { statedLbfgs } from './statedLbfgs.ts';

interface PassOneConfig {
  readonly content_layers: readonly string[];
  readonly style_layers: readonly string[];
  readonly content_weight: number;
  readonly style_weight: number;
  readonly tv_weight: number;
  /** In words, see statedLbfgs. */
  readonly optimizer?: unknown;
}

/** Of the published run. */
const published = { kind: 'lbfgs', learningRate: 1, toleranceGradient: 1e-5, toleranceChange: 1e-9 } as const;

/** `deep-painterly-harmonization/pass1`: `corr.LAYER`, `target_gram.LAYER`, `naive_gram.LAYER`, and what comparePass looks at. */
export const passOne: Kind = inDoubleWhereRounded(async (run, precision) => {
  const { golden, report } = run;
  const config = golden.object('config') as unknown as PassOneConfig;
  const { content_layers, style_layers } = config;
  const vgg = await caseVgg(run, precision);
  const naive = pictureToTensor(await inputPicture(golden, 'naive.png'));
  const mask = await inputMask(golden, 'c_mask_dilated.png');
  const painting = pictureToTensor(await inputPicture(golden, 'target.png'));
  const targets = await passOneTargets(vgg, { naive, painting, mask, styleLayers: style_layers });
  const own = await vgg.responses(naive, style_layers);
  const theirs = await vgg.responses(painting, style_layers);
  const stated = golden.object('tolerance')['target_gram'] as Readonly<Record<string, unknown>> | undefined;
  const weights = { content: config.content_weight, style: config.style_weight, tv: config.tv_weight };
  const terms = passOneTerms(targets, { contentLayers: content_layers, weights });
  const optimiser = statedLbfgs(config.optimizer, published);
  for (const file of await golden.tensorFiles()) {
    for (const layer of style_layers) {
      const matches = await matchPatches(own.get(layer)!, theirs.get(layer)!);
      report.tensor(`corr.${layer}`, matchesTensor(matches), await file.get(`corr.${layer}`), 0);
      const grams = {
        target_gram: targets.grams.get(layer)!,
        naive_gram: gramMatrix(own.get(layer)!, targets.masks.get(layer)!),
      };
      for (const [name, gram] of Object.entries(grams)) {
        const expected = await file.get(`${name}.${layer}`);
        report.tensor(`${name}.${layer}`, gram, expected, recommendedTolerance(stated?.[layer], expected));
      }
    }
    const x0 = startOf(naive, vgg, precision);
    const probe = await file.get('probe');
    await comparePass(run, file, { vgg, terms, rule: 'masked', mask, x0, probe, optimiser });
  }
});
