import type { WeightPart } from './renameWeights.ts';

const layerNames: Readonly<Record<string, string>> = {
  ln_1: 'layer_norm1',
  ln_2: 'layer_norm2',
  'attn.out_proj': 'self_attn.out_proj',
  'mlp.c_fc': 'mlp.fc1',
  'mlp.c_proj': 'mlp.fc2',
};
const outerNames: Readonly<Record<string, string>> = {
  positional_embedding: 'embeddings.position_embedding.weight',
  'token_embedding.weight': 'embeddings.token_embedding.weight',
  'ln_final.weight': 'final_layer_norm.weight',
  'ln_final.bias': 'final_layer_norm.bias',
};

/**
 * Names of OpenCLIP's text transformer (mlfoundations/open_clip; Stable Diffusion 2.x), and of OpenAI's own files, to
 * those of transformers' CLIPTextModel. Queries, keys and values lie in one weight there. Undefined for what is not the
 * text transformer's: `text_projection`, `logit_scale`, `visual.*`.
 */
export function textNameFromOpenClip(name: string): string | readonly WeightPart[] | undefined {
  if (Object.hasOwn(outerNames, name)) return `text_model.${outerNames[name]}`;
  const [, layer, rest = ''] = /^transformer\.resblocks\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (layer === undefined) return undefined;
  const base = `text_model.encoder.layers.${layer}`;
  const [, together] = /^attn\.in_proj_(weight|bias)$/.exec(rest) ?? [];
  if (together) {
    return ['q', 'k', 'v'].map((kind, index) => ({
      name: `${base}.self_attn.${kind}_proj.${together}`,
      index,
      of: 3,
    }));
  }
  const [, module = '', kind = ''] = /^(.+)\.(weight|bias)$/.exec(rest) ?? [];
  return Object.hasOwn(layerNames, module) ? `${base}.${layerNames[module]}.${kind}` : undefined;
}
