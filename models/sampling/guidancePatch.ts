import { tensor } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AttentionFeatures, AttentionInjection, DenoiserCall, DenoiserPatch } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';

export interface GuidanceOptions {
  /** `[1, tokens, dim]` each, of one dim. */
  readonly conditional: Tensor;
  readonly unconditional: Tensor;
  /** 1 = the conditional prediction alone (evaluated without doubling the batch). */
  readonly scale: number;
}

/**
 * Classifier-free guidance (Ho & Salimans, arXiv 2207.12598): both conditions in one evaluation, unconditional rows
 * first as in LDM, then e_u + scale * (e_c - e_u). Features captured through it are those of the conditional rows, and a
 * latent that an inner patch changed is the one of the unconditional rows: both halves get the same.
 */
export function guidancePatch({ scale, ...given }: GuidanceOptions): DenoiserPatch {
  const [conditional, unconditional] = ofOneLength(given.conditional, given.unconditional);
  return async (call, next) => {
    if (scale === 1) return next({ ...call, context: conditional });
    const rows = call.latent.shape[0] ?? 1;
    const result = await next(doubled(call, [unconditional, conditional]));
    const both = result.prediction.data;
    const half = both.length / 2;
    const prediction = tensor(call.latent.shape.with(1, result.prediction.shape[1] ?? 1));
    for (let i = 0; i < half; i++) prediction.data[i] = both[i]! + scale * (both[half + i]! - both[i]!);
    const captured = result.captured && conditionalRows(result.captured, rows);
    const latent = result.latent && firstHalf(result.latent, rows);
    return { ...result, prediction, ...(captured ? { captured } : {}), ...(latent ? { latent } : {}) };
  };
}

/**
 * Prompts in another number of chunks, brought to one length by repeating each as a whole: attention over keys that all
 * stand there equally often gives the same result.
 */
function ofOneLength(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const [, lengthA = 0, dimA] = a.shape;
  const [, lengthB = 0, dimB] = b.shape;
  if (a.shape.length !== 3 || b.shape.length !== 3 || dimA !== dimB) {
    throw new SamplingError(
      'shape-mismatch',
      `Guidance needs two conditionings of one model, found [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
    );
  }
  const length = (lengthA * lengthB) / greatestDivisor(lengthA, lengthB);
  return [repeated(a, length / lengthA), repeated(b, length / lengthB)];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function repeated(context: Tensor, times: number): Tensor {
  if (times === 1) return context;
  const [rows = 1, tokens = 0, dim = 0] = context.shape;
  const result = tensor([rows, tokens * times, dim]);
  for (let i = 0; i < times; i++) result.data.set(context.data, i * context.data.length);
  return result;
}

function doubled(call: DenoiserCall, contexts: readonly Tensor[]): DenoiserCall {
  const rows = call.latent.shape[0] ?? 1;
  const attention = call.attention && new Map([...call.attention].map(([id, at]) => [id, doubledRows(at)]));
  return {
    ...call,
    latent: concatRows([call.latent, call.latent]),
    timesteps: [...call.timesteps, ...call.timesteps],
    context: concatRows(contexts.flatMap((context) => repeatRows(context, rows))),
    ...(call.extra ? { extra: twice(call.extra) } : {}),
    ...(attention ? { attention } : {}),
  };
}

/** One row serves every row; B rows must cover both halves. */
function twice(rows: Tensor): Tensor {
  return rows.shape[0] === 1 ? rows : concatRows([rows, rows]);
}

function doubledRows(injection: AttentionInjection): AttentionInjection {
  const { q, k, v } = injection;
  return {
    ...injection,
    ...(q ? { q: twice(q) } : {}),
    ...(k ? { k: twice(k) } : {}),
    ...(v ? { v: twice(v) } : {}),
  };
}

function firstHalf({ shape, data }: Tensor, rows: number): Tensor {
  return tensor([rows, ...shape.slice(1)], data.slice(0, data.length / 2));
}

function conditionalRows(
  captured: ReadonlyMap<string, AttentionFeatures>,
  rows: number,
): Map<string, AttentionFeatures> {
  const secondHalf = ({ shape, data }: Tensor) =>
    tensor([rows, ...shape.slice(1)], data.slice(data.length / 2));
  return new Map(
    [...captured].map(([id, features]) => [
      id,
      Object.fromEntries(
        Object.entries(features).map(([kind, value]) => [kind, secondHalf(value as Tensor)]),
      ),
    ]),
  );
}

function repeatRows(context: Tensor, rows: number): Tensor[] {
  return context.shape[0] === rows ? [context] : Array<Tensor>(rows).fill(context);
}

function concatRows(parts: readonly Tensor[]): Tensor {
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 1), 0);
  const joined = tensor([rows, ...(parts[0]?.shape.slice(1) ?? [])]);
  let offset = 0;
  for (const { data } of parts) {
    joined.data.set(data, offset);
    offset += data.length;
  }
  return joined;
}
