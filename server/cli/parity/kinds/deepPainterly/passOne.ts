import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { gramMatrix } from '../../../../../models/painterly/gramMatrix.ts';
import { passOneTargets } from '../../../../../models/painterly/passOneTargets.ts';
import type { Kind } from '../kind.ts';
import { caseVgg, inputMask, inputPicture } from './caseInputs.ts';
import { matchesTensor } from './matchesTensor.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';

interface PassOneConfig {
  readonly content_layers: readonly string[];
  readonly style_layers: readonly string[];
}

/** `deep-painterly-harmonization/pass1`: `corr.LAYER`, `target_gram.LAYER` and `naive_gram.LAYER`. */
export const passOne: Kind = async (run) => {
  const { golden, report } = run;
  const { content_layers, style_layers } = golden.object('config') as unknown as PassOneConfig;
  const targets = await passOneTargets(await caseVgg(run), {
    naive: pictureToTensor(await inputPicture(golden, 'naive.png')),
    painting: pictureToTensor(await inputPicture(golden, 'target.png')),
    mask: await inputMask(golden, 'c_mask_dilated.png'),
    styleLayers: style_layers,
    contentLayers: content_layers,
  });
  const stated = golden.object('tolerance')['target_gram'] as Readonly<Record<string, unknown>> | undefined;
  for (const file of await golden.tensorFiles())
    for (const layer of style_layers) {
      report.tensor(
        `corr.${layer}`,
        matchesTensor(targets.matches.get(layer)!),
        await file.get(`corr.${layer}`),
        0,
      );
      const grams = {
        target_gram: targets.grams.get(layer)!,
        naive_gram: gramMatrix(targets.naive.get(layer)!, targets.masks.get(layer)!),
      };
      for (const [name, gram] of Object.entries(grams)) {
        const expected = await file.get(`${name}.${layer}`);
        report.tensor(`${name}.${layer}`, gram, expected, recommendedTolerance(stated?.[layer], expected));
      }
    }
};
