import { resizeMask } from '../image/resizeMask.ts';
import type { Mask } from '../image/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type {
  AttentionInjection,
  AttentionLayer,
  DenoiserCall,
  DenoiserPatch,
  DenoiserResult,
} from './denoiser.ts';
import { SamplingError } from './samplingError.ts';
import type { Trajectory } from './trajectory.ts';

export interface MaskedKvSwapOptions {
  /** 1 = foreground; of any size. */
  readonly mask: Mask;
  readonly layers: readonly AttentionLayer[];
  /** Attention temperature of the foreground: logits are multiplied by it. */
  readonly tau: number;
  /** 0 = the foreground as without the swap, 1 = wholly with it. */
  readonly strength: number;
  /** Acts in these sampling steps only, counted from 1, both ends included. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Inversion whose keys and values take the place of the surroundings' own. */
  readonly background?: Trajectory | undefined;
}

/** Said for an evaluation in which there was nothing to do. */
export const emptyForeground = 'Masked KV swap changed nothing: the mask selects nothing';
/** Said for an evaluation at whose timestep the background has no features. */
export const ownSurroundings =
  'Masked KV swap used the keys and values of the surroundings: the inverted background has none at the timesteps of these steps';

/**
 * In the foreground the self-attention sees keys and values of the background only. The network is asked twice: as it is,
 * and with the attention confined to the tokens outside the mask (or to an inverted background, looked up by timestep);
 * the mask, at the size of the latent, blends the two predictions. So what lies outside is exactly as without the
 * patch, soft masks blend, and no network needs another input. A layer that another patch already gave keys keeps them.
 * Throws SamplingError `bad-parameter` when the mask leaves no background and there is no inverted one.
 */
export function maskedKvSwapPatch(options: MaskedKvSwapOptions): DenoiserPatch {
  const { mask, fromStep, toStep, strength, background } = options;
  if (!background && mask.data.every((value) => value >= 1)) throw noBackground();
  return async (call, next) => {
    const step = (call.position?.step ?? 0) + 1;
    if (strength === 0 || (call.position && (step < fromStep || step > toStep))) return next(call);
    const [, , height = 1, width = 1] = call.latent.shape;
    const share = resizeMask(mask, { width, height }, 'box').data.map((value) => value * strength);
    if (share.every((value) => value <= 0)) return withNote(await next(call), emptyForeground);
    const { attention, isOwn } = await confined(call, options);
    const swapped = await next({ ...call, attention, shares: within(call, share) });
    const said = background && isOwn ? withNote(swapped, ownSurroundings) : swapped;
    if (share.every((value) => value >= 1)) return said;
    const rest = share.map((value) => 1 - value);
    const plain = await next({ ...call, shares: within(call, rest) });
    const notes = [...new Set([...(plain.notes ?? []), ...(said.notes ?? [])])];
    return { ...plain, prediction: blended(plain.prediction, swapped.prediction, share), notes };
  };
}

/** The call's injections, and for layers without keys of their own those of the background. */
async function confined(
  call: DenoiserCall,
  { layers, mask, tau, background }: MaskedKvSwapOptions,
): Promise<{ attention: Map<string, AttentionInjection>; isOwn: boolean }> {
  const attention = new Map(call.attention);
  const [clean] = background?.latents ?? [];
  const source = clean ? { source: { title: 'Background', latent: clean } } : {};
  let isOwn = false;
  for (const layer of layers) {
    const given = attention.get(layer.id);
    if (given?.k || given?.visible) continue;
    const features = await background?.features?.read(call.timesteps[0]!, layer.id, ['k', 'v']);
    const base: AttentionInjection = { gamma: 0, ...given, tau: (given?.tau ?? 1) * tau };
    if (features?.k && features.v)
      attention.set(layer.id, { ...base, k: features.k, v: features.v, ...source });
    else {
      isOwn = true;
      attention.set(layer.id, { ...base, visible: backgroundTokens(call.latent, layer, mask) });
    }
  }
  return { attention, isOwn };
}

/** Tokens of a layer of which the foreground covers less than half; if there are none, those that it covers least. */
function backgroundTokens({ shape }: Tensor, { downscale }: AttentionLayer, mask: Mask): Int32Array {
  const [height, width] = [Math.ceil(shape[2]! / downscale), Math.ceil(shape[3]! / downscale)];
  const { data } = resizeMask(mask, { width, height }, 'box');
  const least = data.reduce((smallest, value) => Math.min(smallest, value), Infinity);
  const isBackground = (value: number): boolean => (least < 0.5 ? value < 0.5 : value === least);
  return Int32Array.from([...data.keys()].filter((token) => isBackground(data[token]!)));
}

/** Shares of an evaluation that itself is only a part. */
function within({ shares }: DenoiserCall, part: Float32Array): Float32Array {
  return shares ? part.map((value, i) => value * shares[i]!) : part;
}

function blended(plain: Tensor, swapped: Tensor, share: Float32Array): Tensor {
  const data = plain.data.map((value, i) => value + (swapped.data[i]! - value) * share[i % share.length]!);
  return { shape: plain.shape, data };
}

function withNote(result: DenoiserResult, note: string): DenoiserResult {
  return { ...result, notes: [...(result.notes ?? []), note] };
}

function noBackground(): SamplingError {
  return new SamplingError(
    'bad-parameter',
    'The mask selects everything, so there is no background whose keys and values the foreground could see: wire an inverted one.',
  );
}
