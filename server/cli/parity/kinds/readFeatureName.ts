import type { AttentionKind } from '../../../../models/sampling/denoiser.ts';

export interface FeatureName {
  readonly side: string;
  /** `output.6`, as Impasto calls it. */
  readonly layer: string;
  readonly kind: AttentionKind;
}

/** `content.output_block_6_self_attn_q`, as StyleID calls a collected feature; undefined for other names. */
export function readFeatureName(name: string): FeatureName | undefined {
  const match = /^(\w+)\.(?:(input|output)_block_(\d+)|middle_block)_self_attn_([qkv])$/.exec(name);
  if (!match) return undefined;
  const [, side = '', block, number, kind] = match;
  return { side, layer: block ? `${block}.${number}` : 'middle', kind: kind as AttentionKind };
}
