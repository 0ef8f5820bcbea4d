import type { Adapter } from '../sampling/adapter.ts';
import type { Autoencoder } from '../sampling/autoencoder.ts';
import type { Denoiser } from '../sampling/denoiser.ts';
import type { TextEncoder } from '../text/textEncoder.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { VisionEncoder } from '../vision/visionEncoder.ts';
import type { FileStamp } from '../weights/weightSource.ts';
import type { ModelParts } from './modelParts.ts';

/** What is known of a model without running anything. */
export interface ModelFacts {
  /** Folder or file name, for people. */
  readonly title: string;
  /** SHA-256 over the weight files' identity (see hashWeights), hex. */
  readonly hash: string;
  readonly layout: 'diffusers' | 'single-file';
  /** The name that its (main) network is published under, or its sizes. */
  readonly architecture: string;
  /** The weight files that it is read from, as they were when it was opened. */
  readonly files?: readonly FileStamp[];
  /** Lets go of the sessions that nobody is using: for a model whose files have been replaced. */
  release(): Promise<void>;
}

/** What a file or folder holds of a latent diffusion model, ready to run: sessions are opened on first use. */
export interface DiffusionModel extends ModelFacts {
  readonly denoiser?: Denoiser;
  readonly autoencoder?: Autoencoder;
  readonly text?: TextEncoder;
  readonly vision?: VisionEncoder;
  readonly adapter?: Adapter;
  /** Its networks as they are stored, where it has any of a diffusion model. */
  readonly parts?: ModelParts;
  readonly vgg?: VggNetwork;
}

/** A model that has been looked at and is not open yet. */
export interface IdentifiedModel<Model extends DiffusionModel = DiffusionModel> extends ModelFacts {
  open(): Promise<Model>;
}
