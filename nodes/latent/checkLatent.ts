import type { Tensor } from '../../models/tensor/tensor.ts';
import type { Latent } from '../contract/portValues.ts';
import { NodeError } from '../contract/nodeError.ts';

/** Refuses a latent that the model cannot take: another number of channels than it was built with. */
export function checkChannels(latent: Latent, expected: number, what: string): void {
  const found = latent.samples.shape[1];
  if (found === expected) return;
  const message = `The latent has ${found} channels, but ${what} works with ${expected}: they come from different models.`;
  throw new NodeError('shape-mismatch', message, 'latent');
}

/** Attention looks from every cell at every other one: beyond this it takes hours, and tens of gigabytes. */
const MOST_CELLS = 100_000;

/** Refuses a size that does not fall into whole latent cells, or into more than can be worked on. */
export function checkSize(
  size: { readonly width: number; readonly height: number },
  { downscale }: { readonly downscale: number },
  port: string,
): void {
  const { width, height } = size;
  const cells = (width / downscale) * (height / downscale);
  if (cells > MOST_CELLS) {
    const side = Math.floor(Math.sqrt(MOST_CELLS)) * downscale;
    const message = `The size ${width} x ${height} makes ${Math.ceil(cells)} latent cells; this model takes at most ${MOST_CELLS}, for example ${side} x ${side}. A Resize / Crop node brings a picture to such a size.`;
    throw new NodeError('shape-mismatch', message, port);
  }
  if (width % downscale === 0 && height % downscale === 0) return;
  const near = (side: number): number => Math.max(downscale, Math.round(side / downscale) * downscale);
  const message = `The size ${width} x ${height} does not fit: this model needs multiples of ${downscale}, for example ${near(width)} x ${near(height)}. A Resize / Crop node brings a picture to such a size.`;
  throw new NodeError('shape-mismatch', message, port);
}

/** Refuses NaN and infinite values, which would only show as a black picture later. */
export function checkFinite(tensor: Tensor, what: string): void {
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const message = `${what} contains ${tensor.data[bad]} at value ${bad}. The model's weights may be damaged, or its numbers too large for half precision.`;
  throw new NodeError('not-finite', message);
}

/** `[1, 4, 64, 64]` as people write it. */
export function shapeText({ shape }: Tensor): string {
  return shape.join(' x ');
}
