import type { Tensor } from '../tensor/tensor.ts';
import { SamplingError } from './samplingError.ts';

export interface MatchLatentStatisticsInput {
  /** `[B, C, h, w]`: keeps its structure. */
  readonly content: Tensor;
  /** `[B', C, h', w']`: gives its mean and spread; its size may differ. */
  readonly style: Tensor;
  /**
   * `channel` (run_styleid.py): statistics per channel over batch, rows and columns.
   * `sample` (run_styleid_diffusers.py): per sample and channel; both batches must agree or the style has one row.
   */
  readonly per?: 'channel' | 'sample';
  /** Added to the content's standard deviation: 0 in run_styleid.py, 1e-4 in run_styleid_diffusers.py. */
  readonly epsilon?: number;
}

/**
 * Initial-latent AdaIN (StyleID, arXiv 2312.09008, eq. 8): (content - mean_c) / std_c * std_s + mean_s, with the unbiased
 * standard deviation. A constant channel, where the authors' code divides by zero, becomes the style's mean.
 */
export function matchLatentStatistics(input: MatchLatentStatisticsInput): Tensor {
  const { content, style, per = 'channel', epsilon = 0 } = input;
  checkShapes(input);
  const [rows = 1, channels = 1] = content.shape;
  const area = content.data.length / rows / channels;
  const data = new Float32Array(content.data.length);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      const own = statistics(content, { channel, row: per === 'sample' ? row : undefined });
      const styleRow = style.shape[0] === 1 ? 0 : row;
      const target = statistics(style, { channel, row: per === 'sample' ? styleRow : undefined });
      const scale = own.std > 0 ? target.std / (own.std + epsilon) : 0;
      const start = (row * channels + channel) * area;
      for (let i = start; i < start + area; i++)
        data[i] = (content.data[i]! - own.mean) * scale + target.mean;
    }
  }
  return { shape: content.shape, data };
}

/** Mean and unbiased standard deviation of one channel, over all rows when `row` is undefined. One value: std 0. */
function statistics(
  { shape, data }: Tensor,
  { channel, row }: { channel: number; row: number | undefined },
): { mean: number; std: number } {
  const [rows = 1, channels = 1] = shape;
  const area = data.length / rows / channels;
  const slices = (row === undefined ? Array.from({ length: rows }, (_, i) => i) : [row]).map((index) => {
    const start = (index * channels + channel) * area;
    return data.subarray(start, start + area);
  });
  const count = slices.length * area;
  let sum = 0;
  for (const slice of slices) for (const value of slice) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const slice of slices) for (const value of slice) squares += (value - mean) ** 2;
  return { mean, std: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 };
}

function checkShapes({ content, style, per }: MatchLatentStatisticsInput): void {
  const rowsAgree = per !== 'sample' || style.shape[0] === 1 || style.shape[0] === content.shape[0];
  if (
    content.shape.length === 4 &&
    style.shape.length === 4 &&
    content.shape[1] === style.shape[1] &&
    rowsAgree
  )
    return;
  throw new SamplingError(
    'shape-mismatch',
    `AdaIN needs two latents with the same channels, found [${content.shape.join(', ')}] and [${style.shape.join(', ')}].`,
  );
}
