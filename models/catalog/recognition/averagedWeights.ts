import { ModelError } from '../../architectures/modelError.ts';
import { renameWeights } from '../../weights/renameWeights.ts';
import type { WeightSource } from '../../weights/weightSource.ts';

const NETWORK = 'model.diffusion_model.';
const EMA = 'model_ema.';

/**
 * The averaged copy that some checkpoints hold of their UNet (CompVis latent diffusion, LitEma): `model_ema.` and the
 * network's name without dots. The view has it in the place of the UNet's own weights. Throws ModelError when there is
 * none.
 */
export function averagedWeights(source: WeightSource): WeightSource {
  const copies = new Map<string, string>();
  for (const name of source.tensors.keys()) {
    if (!name.startsWith(NETWORK)) continue;
    const copy = EMA + name.slice('model.'.length).replaceAll('.', '');
    if (source.tensors.has(copy)) copies.set(copy, name);
  }
  if (copies.size === 0) {
    const message = `${source.title} has no averaged weights: no tensor begins with ${EMA}diffusion_model`;
    throw new ModelError('layout', message);
  }
  return renameWeights(source, (name) => (name.startsWith(NETWORK) ? undefined : (copies.get(name) ?? name)));
}
