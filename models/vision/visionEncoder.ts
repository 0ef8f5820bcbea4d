import type { Tensor } from '../tensor/tensor.ts';

/** What a vision encoder makes of a picture. */
export interface VisionEmbedding {
  /** The class token behind the encoder's last norm, `[B, C]` (transformers calls it pooler_output). */
  readonly classToken: Tensor;
  /** Of the encoder: another one's mapper cannot read it. */
  readonly encoderKey: string;
}

/**
 * CLIP's image encoder, with the layers that Paint by Example (Yang et al., arXiv 2211.13227) put behind it to make a
 * UNet's context of a picture.
 */
export interface VisionEncoder {
  readonly key: string;
  /** Side of the square pictures that it looks at, in pixels. */
  readonly imageSize: number;
  /** Takes pictures `[B, 3, side, side]`, normalised as CLIP's. */
  encode(pixels: Tensor): Promise<VisionEmbedding>;
  /** The context `[B, 1, dim]` that shows the UNet an exemplar. Throws ModelError for another encoder's embedding. */
  condition(embedding: VisionEmbedding): Promise<Tensor>;
  /** The learnt context `[1, 1, dim]` that stands for no exemplar. */
  unconditional(): Promise<Tensor>;
}
