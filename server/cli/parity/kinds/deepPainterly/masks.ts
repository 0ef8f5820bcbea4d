import { dilated, maskPyramid, softEdge } from '../../../../../models/painterly/masks.ts';
import type { Plane } from '../../../../../models/painterly/plane.ts';
import type { Kind } from '../kind.ts';
import { inputMask } from './caseInputs.ts';

/** `deep-painterly-harmonization/masks`: `loose.LAYER`, `tight_smooth` and `tight_dilated` of the set's two masks. */
export const masks: Kind = async ({ golden, report }) => {
  const tight = await inputMask(golden, 'c_mask.png');
  const pyramid = maskPyramid(await inputMask(golden, 'c_mask_dilated.png'));
  const others: Readonly<Record<string, () => Plane>> = {
    tight_smooth: () => softEdge(tight),
    tight_dilated: () => dilated(tight),
  };
  for (const file of await golden.tensorFiles())
    for (const name of file.names) {
      const found = name.startsWith('loose.') ? pyramid.get(name.slice('loose.'.length)) : others[name]?.();
      if (!found) continue;
      const { width, height, data } = found;
      const tolerance = name === 'tight_dilated' ? 0 : golden.tolerance.for(name);
      report.tensor(name, { shape: [height, width], data }, await file.get(name), tolerance);
    }
};
