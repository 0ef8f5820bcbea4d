import type { Autoencoder } from '../sampling/autoencoder.ts';
import type { Denoiser } from '../sampling/denoiser.ts';
import type { TextEncoder } from '../text/textEncoder.ts';

/** A latent diffusion model, ready to run. Sessions are opened on first use, through the session pool. */
export interface DiffusionModel {
  /** Folder or file name, for people. */
  readonly title: string;
  /** SHA-256 over the weight files' identity (see openDiffusionModel), hex. */
  readonly hash: string;
  readonly layout: 'diffusers' | 'single-file';
  readonly denoiser: Denoiser;
  readonly autoencoder: Autoencoder;
  /** Refuses every prompt in a model that takes no text. */
  readonly text: TextEncoder;
}
