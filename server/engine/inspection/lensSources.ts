import { createHash } from 'node:crypto';
import type { AttentionSource } from '../../../models/sampling/denoiser.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { LensAnswer } from '../../protocol/inspection.ts';
import { rounded } from './rounded.ts';

/** What one evaluation of the network took from one picture. */
export interface LensPart {
  /** Absent = the picture itself. */
  readonly source: AttentionSource | undefined;
  /** Of that picture: its address. */
  readonly picture: string;
  /** Its grid of tokens. */
  readonly grid: Pick<LensAnswer['sources'][number], 'width' | 'height' | 'across' | 'down'>;
  /** What each token gave, weighted by what the evaluation counted for. */
  readonly values: Float64Array;
}

/** Evaluations that looked at the same picture count together. */
export function lensSources(parts: readonly LensPart[]): LensAnswer['sources'] {
  return [...new Set(parts.map(({ picture }) => picture))].map((picture) => {
    const [first, ...others] = parts.filter((part) => part.picture === picture);
    const { source, grid } = first!;
    const values = others.reduce(
      (sum, other) => sum.map((value, i) => value + other.values[i]!),
      first!.values,
    );
    return {
      kind: source ? ('injected' as const) : ('itself' as const),
      title: source?.title ?? 'The picture itself',
      picture,
      share: values.reduce((sum, value) => sum + value, 0),
      ...grid,
      values: rounded(values),
    };
  });
}

/** Identifies the picture that a latent stands for. */
export function pictureId({ data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
