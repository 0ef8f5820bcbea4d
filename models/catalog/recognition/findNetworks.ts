import type { WeightSource } from '../../weights/weightSource.ts';

export type NetworkPart = 'unet' | 'autoencoder' | 'text' | 'vision';

/** Whose names a network's tensors have. */
export type Naming = 'ldm' | 'diffusers' | 'transformers' | 'openclip';

/** A network in a weight file: all its tensors' names begin with `prefix`. */
export interface FoundNetwork {
  readonly part: NetworkPart;
  readonly naming: Naming;
  readonly prefix: string;
  /** What comes after the prefix, for the tensors that are the network's. */
  readonly names: readonly string[];
}

interface NamingRule {
  readonly part: NetworkPart;
  readonly naming: Naming;
  /** A name that only this network has, behind its prefix. */
  readonly sign: RegExp;
  /** What names of the network's tensors begin with, behind the prefix. */
  readonly roots: RegExp;
  /** Prefixes of other networks with such names. */
  readonly not?: RegExp;
}

const rules: readonly NamingRule[] = [
  {
    part: 'unet',
    naming: 'ldm',
    sign: /^(.*?)(?:input_blocks|middle_block|output_blocks)\.\d+\./,
    roots: /^(?:time_embed|input_blocks|middle_block|output_blocks|out|label_emb)\./,
  },
  {
    part: 'unet',
    naming: 'diffusers',
    sign: /^(.*?)(?:down_blocks|mid_block|up_blocks)\.(?:\d+\.)?(?:resnets|attentions)\./,
    roots:
      /^(?:conv_in|time_embedding|down_blocks|mid_block|up_blocks|conv_norm_out|conv_out|add_embedding|class_embedding|encoder_hid_proj)\./,
    not: /(?:encoder|decoder)\.$/,
  },
  {
    part: 'autoencoder',
    naming: 'ldm',
    sign: /^(.*?)(?:encoder\.down|decoder\.up)\.\d+\.block\./,
    roots: /^(?:encoder|decoder|quant_conv|post_quant_conv|quantize)\./,
  },
  {
    part: 'autoencoder',
    naming: 'diffusers',
    sign: /^(.*?)(?:encoder\.down_blocks|decoder\.up_blocks)\.\d+\.resnets\./,
    roots: /^(?:encoder|decoder|quant_conv|post_quant_conv|quantize)\./,
  },
  {
    part: 'text',
    naming: 'transformers',
    sign: /^(.*?)(?:text_model\.(?:embeddings|encoder)|embeddings\.token_embedding)\./,
    roots: /^(?:text_model|embeddings|encoder|final_layer_norm)\./,
    not: /vision/,
  },
  {
    part: 'text',
    naming: 'openclip',
    sign: /^(.*?)transformer\.resblocks\.\d+\./,
    roots: /^(?:transformer\.resblocks\.|token_embedding\.|positional_embedding$|ln_final\.)/,
    not: /visual/,
  },
  {
    part: 'vision',
    naming: 'ldm',
    sign: /^(.*?)cond_stage_model\.mapper\.resblocks\.\d+\./,
    roots:
      /^(?:cond_stage_model\.(?:transformer\.vision_model|mapper|final_ln)\.|proj_out\.|learnable_vector$)/,
  },
  {
    part: 'vision',
    naming: 'diffusers',
    sign: /^(.*?)mapper\.blocks\.\d+\.attn1\./,
    roots: /^(?:model\.vision_model|mapper|final_layer_norm|proj_out)\.|^uncond_vector$/,
  },
];

/** Where Stable Diffusion's files keep their networks; a file may hold others with the same names (ControlNet's). */
const usual: ReadonlySet<string> = new Set([
  'model.diffusion_model.',
  'first_stage_model.',
  'cond_stage_model.transformer.',
  'cond_stage_model.model.',
  'unet.',
  'vae.',
  'text_encoder.',
]);

/**
 * The networks of a diffusion model that a weight file holds, told by how its tensors are called, whatever stands
 * before the names (`model.diffusion_model.`, `module.`, nothing). Of several with one kind of names it is the usual
 * one, else the one with the most tensors.
 */
export function findNetworks(source: WeightSource): ReadonlyMap<NetworkPart, FoundNetwork> {
  const names = [...source.tensors.keys()];
  const found = new Map<NetworkPart, FoundNetwork>();
  for (const rule of rules) {
    const prefix = bestPrefix(names, rule);
    if (prefix === undefined) continue;
    const inside = names
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((name) => rule.roots.test(name));
    const before = found.get(rule.part);
    if (before && before.names.length >= inside.length) continue;
    found.set(rule.part, { part: rule.part, naming: rule.naming, prefix, names: inside });
  }
  return found;
}

function bestPrefix(names: readonly string[], { sign, not }: NamingRule): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) {
    const prefix = sign.exec(name)?.[1];
    if (prefix === undefined || not?.test(prefix) || (prefix !== '' && !prefix.endsWith('.'))) continue;
    counts.set(prefix, (counts.get(prefix) ?? 0) + (usual.has(prefix) ? names.length : 1));
  }
  const [best] = [...counts].toSorted(([, a], [, b]) => b - a);
  return best?.[0];
}
