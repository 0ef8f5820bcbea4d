import { ModelError } from '../architectures/modelError.ts';
import type { Feed, IndexTensor } from '../runtime/openSession.ts';
import type { AttentionInjection, AttentionLayer, DenoiserCall } from '../sampling/denoiser.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Feeds for the attention hooks of a call (see attentionHook): own tokens for layers without an injection, the injected
 * ones, behind the own in the bank, for the others. Throws ModelError `input` for injections that do not fit.
 */
export function attentionFeeds(call: DenoiserCall, layers: readonly AttentionLayer[]): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  const rows = call.timesteps.length;
  const none = plainFeeds(rows);
  for (const layer of layers) {
    const injection = call.attention?.get(layer.id);
    const place: HookPlace = { layer, rows, tokens: tokensOf(call.latent, layer) };
    if (injection) checkInjection(injection, place);
    feeds[`${layer.id}.q_bank`] = injection?.q ?? none.query;
    feeds[`${layer.id}.gamma`] = injection?.q ? perRow(rows, injection.gamma) : none.gamma;
    feeds[`${layer.id}.tau`] = injection ? perRow(rows, injection.tau) : none.tau;
    for (const kind of ['k', 'v'] as const) {
      const bank = injection?.[kind];
      feeds[`${layer.id}.${kind}_bank`] = bank ? flat(bank) : emptyBank(layer.channels);
      feeds[`${layer.id}.${kind}_index`] = bank
        ? bankIndex(bank, place)
        : injection?.visible
          ? visibleIndex(injection.visible, place)
          : ownIndex(rows * place.tokens, rows);
    }
  }
  const known = new Set(layers.map(({ id }) => id));
  for (const id of [...(call.attention?.keys() ?? []), ...(call.capture?.keys() ?? [])]) {
    if (!known.has(id)) throw new ModelError('input', `The UNet has no attention layer '${id}'`);
  }
  return feeds;
}

interface HookPlace {
  readonly layer: AttentionLayer;
  readonly rows: number;
  /** The layer's own, per row. */
  readonly tokens: number;
}

function tokensOf({ shape }: Tensor, { downscale }: AttentionLayer): number {
  return Math.ceil(shape[2]! / downscale) * Math.ceil(shape[3]! / downscale);
}

function plainFeeds(rows: number) {
  return {
    query: { shape: [1, 1, 1], data: new Float32Array(1) },
    gamma: perRow(rows, 0),
    tau: perRow(rows, 1),
  };
}

function perRow(rows: number, value: number): Tensor {
  return { shape: [rows, 1, 1], data: new Float32Array(rows).fill(value) };
}

function flat({ shape, data }: Tensor): Tensor {
  return { shape: [shape[0]! * shape[1]!, shape[2]!], data };
}

function emptyBank(channels: number): Tensor {
  return { shape: [0, channels], data: new Float32Array(0) };
}

/** Row b attends to its own tokens, which begin at b * tokens. */
function ownIndex(count: number, rows: number): IndexTensor {
  return { shape: [rows, count / rows], data: Int32Array.from({ length: count }, (_, i) => i) };
}

/** Row b attends to some of its own tokens. */
function visibleIndex(visible: Int32Array, { rows, tokens }: HookPlace): IndexTensor {
  const data = new Int32Array(rows * visible.length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < visible.length; i++) data[row * visible.length + i] = row * tokens + visible[i]!;
  }
  return { shape: [rows, visible.length], data };
}

/** The bank follows the own tokens of all rows; a bank of one row serves every row. */
function bankIndex(bank: Tensor, { rows, tokens }: HookPlace): IndexTensor {
  const [bankRows = 1, keys = 0] = bank.shape;
  const data = new Int32Array(rows * keys);
  for (let row = 0; row < rows; row++) {
    const start = rows * tokens + (bankRows === 1 ? 0 : row * keys);
    for (let i = 0; i < keys; i++) data[row * keys + i] = start + i;
  }
  return { shape: [rows, keys], data };
}

function checkInjection(injection: AttentionInjection, { layer, rows, tokens }: HookPlace): void {
  const check = (kind: 'q' | 'k' | 'v', count: number | undefined): void => {
    const found = injection[kind]?.shape;
    if (!found) return;
    const fits = found.length === 3 && (found[0] === 1 || found[0] === rows) && found[2] === layer.channels;
    if (fits && found[1] === (count ?? found[1])) return;
    const expected = `[1 or ${rows}, ${count ?? 'any'}, ${layer.channels}]`;
    throw new ModelError('input', `Layer ${layer.id} takes ${kind} ${expected}, found [${found.join(', ')}]`);
  };
  check('q', tokens);
  check('k', undefined);
  // Keys and values belong together, token by token.
  check('v', injection.k ? injection.k.shape[1] : tokens);
  if (injection.k && !injection.v) check('k', tokens);
  const { visible } = injection;
  if (!visible) return;
  const exists = visible.every((token) => token >= 0 && token < tokens);
  if (!exists || visible.length === 0 || injection.k || injection.v) {
    const message = `Layer ${layer.id} attends to some of its own ${tokens} tokens, or to a bank: not to none, nor to both`;
    throw new ModelError('input', message);
  }
}
