import type { PortType, PortValues } from '../../nodes/contract/portValues.ts';

/** What keeping a value costs, for the cache: never zero. Models are counted by their session pool, not here. */
export function valueBytes(type: PortType, value: unknown): number {
  return SMALL + (sizes[type] as (value: unknown) => number)(value);
}

const SMALL = 64;

const sizes: { readonly [T in PortType]: (value: PortValues[T]) => number } = {
  image: (picture) => picture.data.byteLength,
  mask: (mask) => mask.data.byteLength,
  latent: ({ samples, stopped }) =>
    (stopped?.state.memory ?? []).reduce((sum, data) => sum + data.byteLength, samples.data.byteLength),
  visionEmbedding: ({ classToken }) => classToken.data.byteLength,
  conditioning: (tensor) => tensor.data.byteLength,
  trajectory: ({ latents, features }) =>
    latents.reduce((sum, latent) => sum + latent.data.byteLength, features?.usage.bytesInMemory ?? 0),
  text: (text) => text.length * 2,
  table: ({ rows, columns }) => (rows.length + 1) * columns.length * 32,
  features: ({ levels, mask }) =>
    levels.reduce((sum, level) => sum + level.data.byteLength, mask.data.byteLength),
  responses: ({ layers }) => [...layers.values()].reduce((sum, layer) => sum + layer.data.byteLength, 0),
  matches: ({ painting }) => 2 * painting.data.byteLength,
  denoiser: () => 0,
  adapter: () => 0,
  autoencoder: () => 0,
  textEncoder: () => 0,
  visionEncoder: () => 0,
  vgg: () => 0,
  // What it closes over is counted where it was made.
  pictureLoss: () => 0,
  number: () => 0,
  seed: () => 0,
};
