import type { Tensor } from '../tensor/tensor.ts';

export interface EncodeTextOptions {
  /** Layers to leave out at the end, before the final norm: 0 (default) = the encoder's own output, 1 = the penultimate. */
  readonly skipLayers?: number;
  /** How often the encoder may be used for one prompt; 1 (default) = what is beyond the first 75 tokens is cut. */
  readonly maxChunks?: number;
}

export interface EncodedText {
  /** `[1, tokens, dim]`, tokens a multiple of the encoder's positions (77). */
  readonly conditioning: Tensor;
  /** Tokens of the words, those that were cut included. */
  readonly count: number;
  /** Tokens that one use of the encoder has room for: 75. */
  readonly room: number;
  /** The words that were cut. */
  readonly cut: string;
}

/** Turns prompts into what a denoiser is conditioned on. */
export interface TextEncoder {
  /** Identifies the weights. */
  readonly key: string;
  /** Throws ModelError and what opening the network throws. */
  encode(prompt: string, options?: EncodeTextOptions): Promise<EncodedText>;
}
