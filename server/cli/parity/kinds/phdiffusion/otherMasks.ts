import type { GoldenCase } from '../../goldenCase.ts';

export interface OtherMask {
  readonly mask: string;
  readonly [more: string]: unknown;
}

/** Masks of nothing, of everything and of one pixel, with the losses of the same prediction there. */
export const otherMasks = ({ json }: GoldenCase): readonly OtherMask[] =>
  (json['losses_on_other_masks_same_images'] ?? []) as readonly OtherMask[];
