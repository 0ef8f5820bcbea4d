import type { Mask, Picture } from '../../models/image/picture.ts';
import type { PictureLoss } from '../../models/painterly/pictureLoss.ts';
import type { StyleMatches } from '../../models/painterly/styleMatches.ts';
import type { Adapter, AdapterFeatures } from '../../models/sampling/adapter.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { StoppedSampling } from '../../models/sampling/stoppedSampling.ts';
import type { Trajectory } from '../../models/sampling/trajectory.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { TextEncoder } from '../../models/text/textEncoder.ts';
import type { VggNetwork } from '../../models/vision/vggNetwork.ts';
import type { VggResponses } from '../../models/vision/vggResponses.ts';
import type { VisionEmbedding, VisionEncoder } from '../../models/vision/visionEncoder.ts';

/** A scaled latent and what is needed to show or decode it. */
export interface Latent {
  /** `[B, C, h, w]` */
  readonly samples: Tensor;
  /** Pixels per latent cell. */
  readonly downscale: number;
  /** Of a sampling that was stopped before its end. */
  readonly stopped?: StoppedSampling;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
}

/** What travels along a link of each port type. */
export interface PortValues {
  image: Picture;
  mask: Mask;
  latent: Latent;
  denoiser: Denoiser;
  autoencoder: Autoencoder;
  textEncoder: TextEncoder;
  visionEncoder: VisionEncoder;
  visionEmbedding: VisionEmbedding;
  /** `[1, tokens, dim]` */
  conditioning: Tensor;
  trajectory: Trajectory;
  adapter: Adapter;
  features: AdapterFeatures;
  vgg: VggNetwork;
  responses: VggResponses;
  matches: StyleMatches;
  pictureLoss: PictureLoss;
  number: number;
  text: string;
  seed: bigint;
  table: Table;
}
export type PortType = keyof PortValues;
