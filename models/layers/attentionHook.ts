import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';

export interface HookedFeatures {
  /** Carries head_dim^-0.5 and the temperature. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

/**
 * Opens a self-attention layer to the outside, under its id (`output.6`):
 *
 * - outputs `ID.q`, `ID.k`, `ID.v` `[B, T, C]`: the layer's own features
 * - inputs `ID.k_bank`, `ID.v_bank` `[tokens, C]`: foreign tokens, any number of them, also none
 * - inputs `ID.k_index`, `ID.v_index` int32 `[B, S]`: which tokens each row attends to, counted through the own tokens
 *   of all rows (row b begins at b * T) and then the bank. 0, 1, ... B * T - 1 is plain self-attention
 * - input `ID.q_bank` `[B or 1, T or 1, C or 1]` and `ID.gamma` `[B, 1, 1]`: q = gamma * bank + (1 - gamma) * own
 * - input `ID.tau` `[B, 1, 1]`: logits are multiplied by it
 *
 * Gathering tokens instead of pictures lets a bank have another number of tokens than the layer (a style picture of
 * another size) in the same graph, and costs plain sampling one copy of keys and values: see BENCHMARKS.
 */
export function attentionHook(
  layer: LayerContext,
  own: { query: Value; key: Value; value: Value; heads: number },
  id: string,
): HookedFeatures {
  const { graph } = layer;
  graph.output(`${id}.q`, own.query);
  const tokens = (kind: 'k' | 'v', feature: Value): Value => {
    graph.output(`${id}.${kind}`, feature);
    const [rows, count, channels] = [feature.shape[0]!, feature.size(1), feature.size(2)];
    const bank = graph.input(`${id}.${kind}_bank`, [`${id}.${kind}Bank`, channels]);
    const index = graph.input(`${id}.${kind}_index`, [rows, `${id}.keys`], 'int32');
    return feature
      .reshape([`${rows}*${count}`, channels])
      .concat([bank], 0)
      .gather(index, 0);
  };
  return { query: hookedQuery(layer, own, id), key: tokens('k', own.key), value: tokens('v', own.value) };
}

function hookedQuery(layer: LayerContext, own: { query: Value; heads: number }, id: string): Value {
  const { graph } = layer;
  const { query, heads } = own;
  const perRow = [query.shape[0]!, 1, 1];
  const bank = graph.input(`${id}.q_bank`, [`?${id}.qRows`, `?${id}.qTokens`, `?${id}.qChannels`]);
  const gamma = graph.input(`${id}.gamma`, perRow);
  const tau = graph.input(`${id}.tau`, perRow);
  const rest = graph.scalar(1).sub(gamma);
  if (layer.exposes('q_used')) layer.reveal('q_used', query.mul(rest).add(bank.mul(gamma)));
  // Gamma, tau and head_dim^-0.5 are multiplied per row first, so that the tokens are touched once.
  const scale = tau.mul((query.size(-1) / heads) ** -0.5);
  return query.mul(rest.mul(scale)).add(bank.mul(gamma.mul(scale)));
}
