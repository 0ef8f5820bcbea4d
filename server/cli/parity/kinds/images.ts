import { extname } from 'node:path';
import { loadStyleIdImage } from '../../../../models/image/loadStyleIdImage.ts';
import { picturesToPixels } from '../../../../models/image/picturePixels.ts';
import type { Kind } from './kind.ts';

/** `styleid/images`: `NAME.preprocessed.png` is what load_img makes of `NAME.png` (or another picture of that name). */
export const images: Kind = async ({ golden, report }) => {
  const names = await golden.names();
  const tensors = await golden.tensorFiles();
  for (const name of names) {
    const stem = /^(.+)\.preprocessed\.\w+$/.exec(name)?.[1];
    const source = stem && names.find((other) => other === `${stem}${extname(other)}` && other !== name);
    if (!source) continue;
    const expected = await golden.picture(name);
    const found = loadStyleIdImage(await golden.picture(source), expected);
    report.picture(name, found, expected, golden.tolerance.for(name, '8-bit', 'png', 'levels'));
    for (const file of tensors) {
      const pixels = await file.maybe(stem);
      if (pixels) report.tensor(`${file.file}: ${stem}`, picturesToPixels([found]), pixels, 1e-6);
    }
  }
};
