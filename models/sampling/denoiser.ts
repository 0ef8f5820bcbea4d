import type { Tensor } from '../tensor/tensor.ts';
import type { EncoderLevel, EncoderSteering } from './encoderSteering.ts';

/**
 * A self-attention layer of a UNet. Ids follow the block they live in, in the LDM numbering that papers use:
 * `output.6` is `output_blocks.6` (diffusers `up_blocks.2.attentions.0`), `input.1`, `middle`.
 */
export interface AttentionLayer {
  readonly id: string;
  readonly channels: number;
  readonly heads: number;
  /** Tokens at a latent of h x w: ceil(h / downscale) * ceil(w / downscale). */
  readonly downscale: number;
}

/**
 * Queries, keys and values of one self-attention layer, each `[rows, tokens, channels]`, before the
 * head_dim^-0.5 scale; token index = y * W + x; channel = head * head_dim + d. Only what was asked for is present.
 */
export interface AttentionFeatures {
  readonly q?: Tensor;
  readonly k?: Tensor;
  readonly v?: Tensor;
}

export type AttentionKind = keyof AttentionFeatures;

/** Where injected keys and values come from, for people. */
export interface AttentionSource {
  readonly title: string;
  /** `[1, C, h, w]`, clean and scaled: decoded, it is the picture that the keys belong to, in its own grid of tokens. */
  readonly latent: Tensor;
}

/** What replaces a layer's own features in one evaluation (StyleID, arXiv 2312.09008, eq. 5 to 7). */
export interface AttentionInjection {
  /** Queries to blend in, `[1 or B, tokens, channels]`: q = gamma * q_injected + (1 - gamma) * q_own. */
  readonly q?: Tensor;
  /** Keys that replace the layer's own, `[1 or B, keyTokens, channels]`. */
  readonly k?: Tensor;
  readonly v?: Tensor;
  /** Of the layer's own tokens, those that are attended to, in every row; absent = all. Not together with `k`. */
  readonly visible?: Int32Array;
  readonly gamma: number;
  /** Temperature: attention logits are multiplied by it. */
  readonly tau: number;
  /** Where keys and values come from. */
  readonly source?: AttentionSource;
}

/** What a self-attention layer has to work with in an evaluation, as the network gets it: after all patches. */
export interface AttentionSetting {
  readonly layer: AttentionLayer;
  /** Rows of the batch, which patches may have doubled. */
  readonly rows: number;
  /** The layer's own grid of tokens. */
  readonly height: number;
  readonly width: number;
  readonly injection?: AttentionInjection;
  /** See DenoiserCall. */
  readonly shares?: Float32Array;
}

export interface ObservedAttention extends AttentionSetting {
  /** The layer's own queries and keys, `[rows, tokens, channels]`, before the head_dim^-0.5 scale. */
  readonly q: Tensor;
  readonly k: Tensor;
}

/** Watches an evaluation inside the network, without changing it. */
export interface AttentionObserver {
  /** Which of the layers to show: ids. Asked once per evaluation of the network, of which patches may make several. */
  choose(settings: readonly AttentionSetting[]): readonly string[];
  saw(layer: ObservedAttention): void;
}

/** One evaluation of the noise predictor on a batch of B rows. */
export interface DenoiserCall {
  /** `[B, C, h, w]` */
  readonly latent: Tensor;
  /** One timestep per row, in [0, 1000). */
  readonly timesteps: readonly number[];
  /** `[B or 1, tokens, dim]`; absent = the denoiser's own (empty prompt). */
  readonly context?: Tensor;
  /** `[B or 1, extraChannels, h, w]`: what an inpainting UNet takes behind the latent, in its own order. */
  readonly extra?: Tensor;
  /** Where in its loop the sampler is; absent outside a loop. `step` counts from 0. */
  readonly position?: { readonly step: number; readonly of: number };
  readonly attention?: ReadonlyMap<string, AttentionInjection>;
  /** Features that join the way down (PHDiffusion). */
  readonly steering?: EncoderSteering;
  /** Layers whose features the caller wants back. */
  readonly capture?: ReadonlyMap<string, readonly AttentionKind[]>;
  /** Somebody who wants to see what the layers work with, after all patches; patches hand it on as it is. */
  readonly observer?: AttentionObserver;
  /** What this evaluation counts for in the prediction, for every cell of the latent, where a patch blends several. */
  readonly shares?: Float32Array;
}

export interface DenoiserResult {
  /** `[B, C, h, w]`, what the network predicts: see `Denoiser.predictionType`. */
  readonly prediction: Tensor;
  readonly captured?: ReadonlyMap<string, AttentionFeatures>;
  /**
   * `[B, C, h, w]`, what the prediction is of, when a patch changed the latent before the network saw it (Masked Blend):
   * samplers go on from it.
   */
  readonly latent?: Tensor;
  /** What a patch wants the person to know about this evaluation; samplers collect and count them. */
  readonly notes?: readonly string[];
}

/** Middleware around one evaluation: KV swap adds injections, guidance doubles the batch, DEF adds features. */
export type DenoiserPatch = (
  call: DenoiserCall,
  next: (call: DenoiserCall) => Promise<DenoiserResult>,
) => Promise<DenoiserResult>;

/**
 * Published inpainting UNets, which take besides the latent a mask and the latent of the masked picture.
 * `paint-by-example`: the picture before the mask, in which 1 is kept; `stable-diffusion`: the mask, in which 1 is
 * painted, before the picture.
 */
export type InpaintingFamily = 'paint-by-example' | 'stable-diffusion';

/** A noise predictor that any sampler can take: a plain model, or one with patches around it. */
export interface Denoiser {
  /** Identifies weights and patches; two denoisers with one key give the same results. */
  readonly key: string;
  readonly predictionType: 'epsilon' | 'v_prediction';
  /** Float32 `alphas_cumprod` of the training schedule, one per training timestep. */
  readonly alphasCumprod: Float32Array;
  readonly latentChannels: number;
  /** Channels that it takes besides those of the latent (see `DenoiserCall.extra`): 5 for inpainting, 0 as a rule. */
  readonly extraChannels: number;
  /** Which inpainting model it is, as far as that is known: its tensors do not tell. */
  readonly inpainting?: InpaintingFamily;
  /** The name that its network is published under, or its sizes, for messages. */
  readonly architecture: string;
  readonly attentionLayers: readonly AttentionLayer[];
  /** Where steering joins it, the largest level first. */
  readonly encoderLevels: readonly EncoderLevel[];
  evaluate(call: DenoiserCall): Promise<DenoiserResult>;
}
