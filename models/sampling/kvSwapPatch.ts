import type { AttentionInjection, AttentionKind, DenoiserCall, DenoiserPatch } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';
import type { FeatureSource, Trajectory } from './trajectory.ts';

export interface KvSwapOptions {
  /** Inversion whose queries are blended in; absent = the picture keeps its own queries. */
  readonly content?: Trajectory | undefined;
  /** Inversion whose keys and values replace the picture's own; absent = they stay. */
  readonly style?: Trajectory | undefined;
  /** Layer ids: see selectAttentionLayers. */
  readonly layers: readonly string[];
  /** Query preservation in [0, 1]: q = gamma * q_content + (1 - gamma) * q. StyleID: 0.75. */
  readonly gamma: number;
  /** Attention temperature: logits are multiplied by it; above 1 sharpens. StyleID: 1.5. */
  readonly tau: number;
  /** Acts in these sampling steps only, counted from 1, both ends included. Default: all. */
  readonly fromStep?: number;
  readonly toStep?: number;
}

/** Said (through `DenoiserResult.notes`) for an evaluation at whose timestep there are no features. */
export const nothingInjected =
  'KV swap injected nothing: the inversions hold no features at the timesteps of these steps';

/**
 * StyleID's style injection (arXiv 2312.09008, eq. 5 to 7) as a patch: in every evaluation the features that the
 * inversions had at the same TIMESTEP take the place of the layer's own. At a timestep without features nothing is
 * injected, as in the authors' code, and the result's notes say so. When two KV swaps name one layer, the one applied
 * last wins. Throws SamplingError (`bad-layers`, `bad-parameter`) when an inversion lacks what is asked of it.
 */
export function kvSwapPatch(options: KvSwapOptions): DenoiserPatch {
  const { content, style, layers, gamma, tau } = options;
  if (!content && !style) {
    throw new SamplingError('bad-parameter', 'KV swap needs an inversion of the content or of the style.');
  }
  const queries = content && featuresFor(content, { role: 'content', layers, kinds: ['q'] });
  const keysAndValues = style && featuresFor(style, { role: 'style', layers, kinds: ['k', 'v'] });

  const [clean] = style?.latents ?? [];
  const source = clean && { title: 'Style', latent: clean };

  const injectionAt = async (timestep: number, layer: string): Promise<AttentionInjection | undefined> => {
    const [fromContent, fromStyle] = await Promise.all([
      queries?.read(timestep, layer, ['q']),
      keysAndValues?.read(timestep, layer, ['k', 'v']),
    ]);
    if ((queries && !fromContent?.q) || (keysAndValues && !fromStyle?.k)) return undefined;
    return {
      ...(queries && fromContent?.q ? { q: fromContent.q } : {}),
      ...(fromStyle?.k ? { k: fromStyle.k } : {}),
      ...(fromStyle?.v ? { v: fromStyle.v } : {}),
      gamma,
      tau,
      ...(source ? { source } : {}),
    };
  };

  return async (call, next) => {
    if (!isActive(call, options)) return next(call);
    const timestep = commonTimestep(call);
    const attention = new Map(call.attention);
    let injected = 0;
    for (const layer of layers) {
      const injection = await injectionAt(timestep, layer);
      if (!injection) continue;
      injected++;
      if (!attention.has(layer)) attention.set(layer, injection);
    }
    const result = await next({ ...call, attention });
    return injected > 0 ? result : { ...result, notes: [...(result.notes ?? []), nothingInjected] };
  };
}

function isActive({ position }: DenoiserCall, { fromStep = 1, toStep = Infinity }: KvSwapOptions): boolean {
  if (!position) return true;
  return position.step + 1 >= fromStep && position.step + 1 <= toStep;
}

function commonTimestep({ timesteps }: DenoiserCall): number {
  const [first = 0] = timesteps;
  if (timesteps.every((timestep) => timestep === first)) return first;
  throw new SamplingError(
    'bad-parameter',
    `KV swap looks features up by timestep, so all rows of a batch must share one; found ${timesteps.join(', ')}.`,
  );
}

function featuresFor(
  trajectory: Trajectory,
  { role, layers, kinds }: { role: string; layers: readonly string[]; kinds: readonly AttentionKind[] },
): FeatureSource {
  const { features } = trajectory;
  if (!features) {
    throw new SamplingError(
      'bad-parameter',
      `The ${role} inversion kept no attention features; capture the layers ${layers.join(', ')} while inverting.`,
    );
  }
  const missing = layers.filter((layer) => !features.layers.includes(layer));
  if (missing.length > 0) {
    throw new SamplingError(
      'bad-layers',
      `The ${role} inversion kept no features of ${missing.join(', ')}; it has those of ${features.layers.join(', ')}.`,
    );
  }
  const absent = kinds.filter((kind) => !features.kinds.includes(kind));
  if (absent.length > 0) {
    throw new SamplingError(
      'bad-parameter',
      `The ${role} inversion kept no ${absent.join(', ')}; it has ${features.kinds.join(', ')}.`,
    );
  }
  return features;
}
