import { basename, extname } from 'node:path';
import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { toVggPixels } from '../../../../../models/vision/vggPixels.ts';
import type { Kind } from '../kind.ts';
import { caseVgg } from './caseInputs.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';

/**
 * `deep-painterly-harmonization/vgg-features`: `pre_NAME` is what the network takes of NAME.png, `NAME.LAYER` its response
 * there.
 */
export const vggFeatures: Kind = async (run) => {
  const { golden, report } = run;
  const vgg = await caseVgg(run);
  const stated = golden.object('tolerance');
  const { images } = golden.object('config') as { images?: readonly string[] };
  for (const path of images ?? []) {
    const stem = basename(path, extname(path));
    const picture = pictureToTensor(await golden.picture(path));
    for (const file of await golden.tensorFiles()) {
      const prepared = await file.maybe(`pre_${stem}`);
      const [, ...shape] = picture.shape;
      const { data } = toVggPixels(picture, vgg.config.pixels);
      if (prepared)
        report.tensor(`pre_${stem}`, { shape, data }, prepared, recommendedTolerance({}, prepared));
      const names = file.names.filter((name) => name.startsWith(`${stem}.`));
      const responses = await vgg.responses(
        picture,
        names.map((name) => name.slice(stem.length + 1)),
      );
      for (const [layer, response] of responses) {
        const expected = await file.get(`${stem}.${layer}`);
        const found = { shape: response.shape.slice(1), data: response.data };
        report.tensor(`${stem}.${layer}`, found, expected, recommendedTolerance(stated[layer], expected));
      }
    }
  }
};
