import { clipTextEncoder } from '../../../../models/architectures/clipTextEncoder.ts';
import { withNetwork } from '../../../../models/catalog/networkSession.ts';
import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import type { LayerOptions } from '../../../../models/layers/layerContext.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import { weightsOf } from './kind.ts';
import type { Kind, KindRun } from './kind.ts';
import { tensorGroups } from './tensorGroups.ts';

/** `styleid/clip-text`: `input_ids` through the text encoder give `last_hidden_state` and `hidden_states.N`. */
export const clipText: Kind = async (run) => {
  const { golden, report } = run;
  for (const file of await golden.tensorFiles()) {
    for (const { prefix, names } of tensorGroups(file.names, 'input_ids')) {
      const model = await run.model(weightsOf(golden, file.file));
      const layers = model.parts.text?.config.layers ?? 0;
      const states = Array.from({ length: layers + 1 }, (_, i) => `hidden_states.${i}`);
      const expose = states.filter((state) => names.includes(prefix + state));
      const found = await encode(run, model, { ids: await file.get(`${prefix}input_ids`), expose });
      for (const name of names) {
        const value = found.get(name.slice(prefix.length));
        if (!value) continue;
        report.tensor(`${file.file}: ${name}`, value, await file.get(name), golden.tolerance.for(name));
      }
    }
  }
};

function encode(
  { models }: KindRun,
  model: OpenedDiffusionModel,
  { ids, expose }: { ids: Tensor; expose: readonly string[] },
): Promise<ReadonlyMap<string, Tensor>> {
  const { text } = model.parts;
  if (!text) throw new Error('the weights have no text encoder');
  const network = {
    name: `text:${expose.join()}`,
    hash: model.hash,
    weights: text.weights,
    build: (how: LayerOptions) => clipTextEncoder({ ...how, config: text.config, expose }),
  };
  const tokens = { shape: ids.shape, data: Int32Array.from(ids.data) };
  return withNetwork({ pool: models.pool, device: models.device }, network, (session) =>
    session.run({ tokens }, ['last_hidden_state', ...expose]),
  );
}
