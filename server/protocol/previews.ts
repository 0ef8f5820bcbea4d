import { z } from 'zod';

const every = z.int().min(1).max(100).default(1);

/**
 * How the pictures of a sampler's steps are made. They show what is going on and change no result.
 *
 * - `linear`: by a linear map of the latent that was fitted for the autoencoder; costs nothing
 * - `tiny`: decoded by a tiny autoencoder (TAESD) of that name, every so many steps
 * - `full`: decoded by the model's own autoencoder, every so many steps
 */
export const previewChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('linear') }),
  z.object({ kind: z.literal('tiny'), model: z.string().min(1).max(200), every }),
  z.object({ kind: z.literal('full'), every }),
]);
export type PreviewChoice = z.infer<typeof previewChoiceSchema>;

export const linearPreviews: PreviewChoice = { kind: 'linear' };
