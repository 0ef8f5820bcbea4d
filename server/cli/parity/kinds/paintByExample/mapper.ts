import { guidancePatch } from '../../../../../models/sampling/guidancePatch.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { Kind } from '../kind.ts';
import { weightsOf } from '../kind.ts';

/**
 * `paint-by-example/author/mapper`: `pooler_output` through the mapper blocks, the norm and the projection to `cond`, the
 * learnt `uncond`, and the order `c_in_cfg` in which guidance asks the UNet about both.
 */
export const mapper: Kind = async ({ golden, report, model }) => {
  for (const file of await golden.tensorFiles()) {
    if (!file.has('pooler_output')) continue;
    const weights = weightsOf(golden, file.file);
    const inner = file.names.filter((name) => /^(?:resblock\.\d+\.(?:after_attn|out)|final_ln)$/.test(name));
    const { vision } = await model(weights, { vision: inner });
    if (!vision) throw new Error('the weights hold no image encoder');
    const classToken = await file.get('pooler_output');
    const found = new Map(await vision.conditionExposing(classToken));
    const embedding = { classToken, encoderKey: vision.key };
    found.set('cond', await vision.condition(embedding));
    found.set('uncond', await vision.unconditional());
    found.set('c_in_cfg', await guidedContext(found.get('cond')!, found.get('uncond')!));
    const [rows = 1, hidden = 0] = classToken.shape;
    found.set('mapper_in', tensor([rows, 1, hidden], classToken.data));
    for (const name of file.names) {
      const value = found.get(name);
      if (value)
        report.tensor(`${file.file}: ${name}`, value, await file.get(name), golden.tolerance.for(name));
    }
  }
};

/** What a guided denoiser asks the network with. */
async function guidedContext(conditional: Tensor, unconditional: Tensor): Promise<Tensor> {
  const rows = conditional.shape[0] ?? 1;
  let context = conditional;
  const patch = guidancePatch({ conditional, unconditional, scale: 5 });
  await patch({ latent: tensor([rows, 1, 1, 1]), timesteps: Array<number>(rows).fill(1) }, async (call) => {
    context = call.context!;
    return { prediction: call.latent };
  });
  return context;
}
