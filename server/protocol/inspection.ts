import { z } from 'zod';

const share = z.number().min(0).max(1);
const stepPlace = {
  node: z.string().min(1).max(200),
  /** As in the step's record: counted from 1. */
  step: z.int().min(1).max(10_000),
};

/** What of a step to show channel by channel: the noise that the network predicted, or the latent after the step. */
export const channelKindSchema = z.enum(['noise', 'latent']);
export type ChannelKind = z.infer<typeof channelKindSchema>;

export const channelsRequestSchema = z.object({ ...stepPlace, kind: channelKindSchema });
export type ChannelsRequest = z.infer<typeof channelsRequestSchema>;

/** Values in row-major order, rounded to six digits. */
const channelSchema = z.object({
  minimum: z.number(),
  maximum: z.number(),
  mean: z.number(),
  deviation: z.number(),
  values: z.array(z.number()),
});
export const channelsSchema = z.object({ width: z.int(), height: z.int(), channels: z.array(channelSchema) });
export type StepChannels = z.infer<typeof channelsSchema>;

/** Asks where a point of a step's picture took its values from. */
export const lensRequestSchema = z.object({
  ...stepPlace,
  /** From the left and from the top, in shares of the picture. */
  x: share,
  y: share,
  /** A self-attention layer; without, one that was swapped, if there is one. */
  layer: z.string().min(1).max(40).optional(),
  /** Counted from 0; without, the mean of all heads. */
  head: z.int().min(0).max(255).optional(),
});
export type LensRequest = z.infer<typeof lensRequestSchema>;

/** Tokens over a picture, row by row from its left upper corner. */
const tokenGrid = {
  width: z.int(),
  height: z.int(),
  /** How many of them the picture is wide and high: the last ones may reach over its edge. */
  across: z.number(),
  down: z.number(),
};
const lensLayerSchema = z.object({
  id: z.string(),
  heads: z.int(),
  ...tokenGrid,
  /** Whether it looked at another picture than its own. */
  swapped: z.boolean(),
});
const lensSourceSchema = z.object({
  /** `itself`, or what `GET .../lens/picture` shows. */
  kind: z.enum(['itself', 'injected']),
  title: z.string(),
  /** Identifies its picture: layers and steps that look at the same one say the same. */
  picture: z.string(),
  /** What it gave in all. */
  share: z.number(),
  ...tokenGrid,
  /** What each token gave, row by row, rounded to six digits; all sources together give 1. */
  values: z.array(z.number()),
});
export const lensSchema = z.object({
  layers: z.array(lensLayerSchema),
  /** The one that is shown. */
  layer: z.string(),
  head: z.int().optional(),
  /** The token of the layer in which the point lies. */
  column: z.int(),
  row: z.int(),
  timestep: z.number(),
  sources: z.array(lensSourceSchema),
});
export type LensAnswer = z.infer<typeof lensSchema>;

export const lensPictureQuerySchema = z.object({
  node: stepPlace.node,
  step: z.coerce.number().pipe(stepPlace.step),
  layer: z.string().min(1).max(40),
  /** As in the source. */
  picture: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits'),
});
export type LensPictureRequest = z.infer<typeof lensPictureQuerySchema>;
