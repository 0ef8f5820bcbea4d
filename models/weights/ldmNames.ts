/**
 * Original single-file (LDM) names to diffusers names, as diffusers' `convert_from_ckpt.py` (v0.18.2) maps them. Each
 * rule is a pattern and what it becomes; blocks are numbered through in LDM and by level in diffusers.
 */
type Rule = readonly [pattern: RegExp, replace: (...groups: string[]) => string];

/** Diffusers name of a UNet tensor (given without the prefix), or undefined for one that is not the UNet's. */
export function unetNameFromLdm(name: string, layersPerBlock: number): string | undefined {
  const perLevel = layersPerBlock + 1;
  const level = (index: string) => Math.floor((Number(index) - 1) / perLevel);
  const rules: Rule[] = [
    [/^time_embed\.0\.(.+)$/, (rest) => `time_embedding.linear_1.${rest}`],
    [/^time_embed\.2\.(.+)$/, (rest) => `time_embedding.linear_2.${rest}`],
    [/^input_blocks\.0\.0\.(.+)$/, (rest) => `conv_in.${rest}`],
    [/^out\.0\.(.+)$/, (rest) => `conv_norm_out.${rest}`],
    [/^out\.2\.(.+)$/, (rest) => `conv_out.${rest}`],
    [
      /^input_blocks\.(\d+)\.0\.op\.(.+)$/,
      (n, rest) => `down_blocks.${level(n)}.downsamplers.0.conv.${rest}`,
    ],
    [
      /^input_blocks\.(\d+)\.([01])\.(.+)$/,
      (n, kind, rest) => `down_blocks.${level(n)}.${layer(kind, (Number(n) - 1) % perLevel, rest)}`,
    ],
    [/^middle_block\.0\.(.+)$/, (rest) => `mid_block.${layer('0', 0, rest)}`],
    [/^middle_block\.1\.(.+)$/, (rest) => `mid_block.${layer('1', 0, rest)}`],
    [/^middle_block\.2\.(.+)$/, (rest) => `mid_block.${layer('0', 1, rest)}`],
    [
      /^output_blocks\.(\d+)\.[12]\.conv\.(.+)$/,
      (n, rest) => `up_blocks.${Math.floor(Number(n) / perLevel)}.upsamplers.0.conv.${rest}`,
    ],
    [
      /^output_blocks\.(\d+)\.([01])\.(.+)$/,
      (n, kind, rest) =>
        `up_blocks.${Math.floor(Number(n) / perLevel)}.${layer(kind, Number(n) % perLevel, rest)}`,
    ],
  ];
  return applyFirst(rules, name);
}

/** A layer of a block: module 0 is the residual block, module 1 the transformer. */
function layer(kind: string, index: number, rest: string): string {
  return kind === '0' ? `resnets.${index}.${resNetName(rest)}` : `attentions.${index}.${rest}`;
}

function resNetName(rest: string): string {
  return rest
    .replace(/^in_layers\.0\./, 'norm1.')
    .replace(/^in_layers\.2\./, 'conv1.')
    .replace(/^emb_layers\.1\./, 'time_emb_proj.')
    .replace(/^out_layers\.0\./, 'norm2.')
    .replace(/^out_layers\.3\./, 'conv2.')
    .replace(/^skip_connection\./, 'conv_shortcut.');
}

/** Diffusers name of an autoencoder tensor (given without the prefix); `levels` is the number of resolutions. */
export function vaeNameFromLdm(name: string, levels: number): string | undefined {
  const up = (index: string) => levels - 1 - Number(index);
  const rules: Rule[] = [
    [/^((?:post_)?quant_conv\..+)$/, (all) => all],
    [/^((?:encoder|decoder)\.conv_(?:in|out)\..+)$/, (all) => all],
    [/^(encoder|decoder)\.norm_out\.(.+)$/, (side, rest) => `${side}.conv_norm_out.${rest}`],
    [
      /^encoder\.down\.(\d+)\.block\.(\d+)\.(.+)$/,
      (i, j, rest) => `encoder.down_blocks.${i}.resnets.${j}.${vaeResNetName(rest)}`,
    ],
    [
      /^encoder\.down\.(\d+)\.downsample\.(conv\..+)$/,
      (i, rest) => `encoder.down_blocks.${i}.downsamplers.0.${rest}`,
    ],
    [
      /^decoder\.up\.(\d+)\.block\.(\d+)\.(.+)$/,
      (i, j, rest) => `decoder.up_blocks.${up(i)}.resnets.${j}.${vaeResNetName(rest)}`,
    ],
    [
      /^decoder\.up\.(\d+)\.upsample\.(conv\..+)$/,
      (i, rest) => `decoder.up_blocks.${up(i)}.upsamplers.0.${rest}`,
    ],
    [
      /^(encoder|decoder)\.mid\.block_([12])\.(.+)$/,
      (side, n, rest) => `${side}.mid_block.resnets.${Number(n) - 1}.${vaeResNetName(rest)}`,
    ],
    [
      /^(encoder|decoder)\.mid\.attn_1\.(.+)$/,
      (side, rest) => `${side}.mid_block.attentions.0.${vaeAttentionName(rest)}`,
    ],
  ];
  return applyFirst(rules, name);
}

function vaeResNetName(rest: string): string {
  return rest.replace(/^nin_shortcut\./, 'conv_shortcut.');
}

function vaeAttentionName(rest: string): string {
  return rest
    .replace(/^norm\./, 'group_norm.')
    .replace(/^([qkv])\./, 'to_$1.')
    .replace(/^proj_out\./, 'to_out.0.');
}

/** Names that diffusers 0.14 and older wrote for the autoencoder's attention, to the current ones. */
export function currentVaeName(name: string): string {
  return name
    .replace(/(attentions\.\d+)\.query\./, '$1.to_q.')
    .replace(/(attentions\.\d+)\.key\./, '$1.to_k.')
    .replace(/(attentions\.\d+)\.value\./, '$1.to_v.')
    .replace(/(attentions\.\d+)\.proj_attn\./, '$1.to_out.0.');
}

function applyFirst(rules: readonly Rule[], name: string): string | undefined {
  for (const [pattern, replace] of rules) {
    const match = pattern.exec(name);
    if (match) return replace(...match.slice(1));
  }
  return undefined;
}
