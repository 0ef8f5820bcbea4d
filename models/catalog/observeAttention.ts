import type { AttentionLayer, AttentionSetting, DenoiserCall } from '../sampling/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface Observation {
  /** Outputs of the graph that it needs. */
  readonly names: readonly string[];
  tell(results: ReadonlyMap<string, Tensor>): void;
}

/** What the observer of a call wants to see of it, and how it is told. */
export function observeAttention(call: DenoiserCall, layers: readonly AttentionLayer[]): Observation {
  const { observer, latent, attention, timesteps, shares } = call;
  if (!observer) return { names: [], tell: () => undefined };
  const [, , height = 0, width = 0] = latent.shape;
  const settings = layers.map((layer): AttentionSetting => {
    const injection = attention?.get(layer.id);
    return {
      layer,
      rows: timesteps.length,
      height: Math.ceil(height / layer.downscale),
      width: Math.ceil(width / layer.downscale),
      ...(injection ? { injection } : {}),
      ...(shares ? { shares } : {}),
    };
  });
  const chosen = new Set(observer.choose(settings));
  const watched = settings.filter(({ layer }) => chosen.has(layer.id));
  return {
    names: watched.flatMap(({ layer: { id } }) => [`${id}.q`, `${id}.k`]),
    tell: (results) => {
      for (const setting of watched) {
        const { id } = setting.layer;
        observer.saw({ ...setting, q: results.get(`${id}.q`)!, k: results.get(`${id}.k`)! });
      }
    },
  };
}
