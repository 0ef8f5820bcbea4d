import { ModelError } from '../architectures/modelError.ts';
import type { TextEncoder } from './textEncoder.ts';

/** What a model without a text encoder has in its place: it refuses every prompt. */
export const noTextEncoder: TextEncoder = {
  key: 'none',
  encode: () =>
    Promise.reject(
      new ModelError(
        'layout',
        'This model has no text encoder, so it takes no prompts: load a Stable Diffusion checkpoint, which has one.',
      ),
    ),
};
