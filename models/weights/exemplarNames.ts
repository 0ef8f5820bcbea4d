import type { WeightPart } from './renameWeights.ts';

const blockNames: Readonly<Record<string, string>> = {
  ln_1: 'norm1',
  ln_2: 'norm3',
  'attn.c_proj': 'attn1.to_out.0',
  'mlp.c_fc': 'ff.net.0.proj',
  'mlp.c_proj': 'ff.net.2',
};

/**
 * Names of Paint by Example's image encoder in the authors' checkpoint to those of diffusers' PaintByExampleImageEncoder
 * (convert_paint_by_example_checkpoint of its convert_from_ckpt.py). Queries, keys and values lie in one weight there.
 * Undefined for what is not the image encoder's.
 */
export function exemplarNameFromAuthors(name: string): string | readonly WeightPart[] | undefined {
  if (name === 'learnable_vector') return 'uncond_vector';
  if (name.startsWith('proj_out.')) return name;
  const [, rest] = /^cond_stage_model\.(.+)$/.exec(name) ?? [];
  if (rest === undefined) return undefined;
  if (rest.startsWith('transformer.vision_model.')) return rest.replace('transformer.', 'model.');
  if (rest.startsWith('final_ln.')) return rest.replace('final_ln.', 'final_layer_norm.');
  const [, block, module = '', kind = ''] =
    /^mapper\.resblocks\.(\d+)\.(.+)\.(weight|bias)$/.exec(rest) ?? [];
  if (block === undefined) return undefined;
  const base = `mapper.blocks.${block}`;
  if (module === 'attn.c_qkv')
    return ['q', 'k', 'v'].map((each, index) => ({
      name: `${base}.attn1.to_${each}.${kind}`,
      index,
      of: 3,
    }));
  return Object.hasOwn(blockNames, module) ? `${base}.${blockNames[module]}.${kind}` : undefined;
}
