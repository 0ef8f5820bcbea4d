import type { TokenCount } from '../protocol/tokens.ts';

export interface ToTokenThread {
  readonly id: number;
  readonly prompt: string;
  /** Pieces at most; what does not fit into them is cut. */
  readonly pieces: number;
  /** Folder of a diffusers model, whose own vocabulary counts; CLIP's published one otherwise. */
  readonly model?: string | undefined;
}

export type FromTokenThread =
  { readonly id: number; readonly count: TokenCount } | { readonly id: number; readonly message: string };
