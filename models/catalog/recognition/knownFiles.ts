import type { ModelRole } from '../modelRole.ts';

/** A kind of weight file that is told by a few of its tensors. */
export interface KnownFile {
  /** The name that people know it by, with an article where it needs one. */
  readonly name: string;
  /** What it is for; absent when this program has no use for it. */
  readonly role?: ModelRole;
  /** What is taken in its place. */
  readonly instead?: string;
}

interface Signature extends KnownFile {
  /** Each matches the name of some tensor. */
  readonly has: readonly RegExp[];
  readonly hasNot?: RegExp;
}

export const PHDIFFUSION_ADAPTER = "PHDiffusion's adapter";

/** Models that are like Stable Diffusion in some of their names, or often mistaken for one. */
const others: readonly Signature[] = [
  { name: 'Stable Diffusion XL', has: [/^conditioner\.embedders\.\d/] },
  { name: 'Stable Diffusion XL', has: [/\blabel_emb\.0\.0\.weight$/, /attn2\.to_k\.weight$/] },
  { name: 'Stable Diffusion XL', has: [/\badd_embedding\.linear_1\.weight$/, /attn2\.to_k\.weight$/] },
  { name: 'Stable Diffusion 3', has: [/\bjoint_blocks\.\d+\./] },
  { name: 'Flux', has: [/\bdouble_blocks\.\d+\./] },
  { name: 'a diffusion transformer', has: [/\btransformer_blocks\.\d+\.attn\.add_[kqv]_proj\./] },
  { name: 'Stable Video Diffusion', has: [/\btime_stack\./] },
  { name: 'a Stable Diffusion upscaler', has: [/\blabel_emb\.weight$/, /attn2\.to_k\.weight$/] },
  { name: 'a ControlNet', has: [/\b(?:controlnet_cond_embedding|input_hint_block)\./] },
  {
    name: "a T2I-Adapter, or PHDiffusion's adaptive encoder without its fusion blocks",
    has: [/^(?:adapter\.)?body\.0\.block1\.weight$/, /^(?:adapter\.)?conv_in\.weight$/],
  },
  { name: 'a LoRA, which changes another model', has: [/lora[._](?:up|down|A|B)\b|^lora_te_/] },
  { name: 'a textual inversion, a word for prompts', has: [/^(?:string_to_param|emb_params)\b/] },
  { name: 'an ESRGAN upscaler', has: [/^(?:model\.1\.sub\.0\.RDB1|RRDB_trunk|body\.0\.rdb1)\./] },
  { name: "Stable Diffusion's safety checker", has: [/^concept_embeds$/, /^special_care_embeds$/] },
];

const VGG_19 =
  'VGG-19 (VGG_ILSVRC_19_layers.caffemodel, torchvision’s vgg19, vgg_conv.pth or vgg_normalised.pth)';

/** Files of the methods and metrics. */
const wanted: readonly Signature[] = [
  {
    name: PHDIFFUSION_ADAPTER,
    role: 'adapter',
    has: [/^(?:ad\.(?:body\.\d+\.block|conv_in\.)|interact\.\d+\.crossAtt_)/],
  },
  { name: 'VGG-19 (torchvision)', role: 'vgg', has: [/^features\.34\.weight$/], hasNot: /^features\.1\./ },
  {
    name: 'VGG-16',
    role: 'vgg',
    has: [/^features\.28\.weight$/],
    hasNot: /^features\.(?:1|34)\./,
    instead: VGG_19,
  },
  {
    name: 'VGG-16 (Caffe)',
    role: 'vgg',
    has: [/^conv1_1\.weight$/, /^conv4_3\.weight$/],
    hasNot: /^conv3_4\./,
    instead: VGG_19,
  },
  {
    name: 'a VGG with batch normalisation',
    role: 'vgg',
    has: [/^features\.0\.weight$/, /^features\.1\.running_mean$/, /^features\.8\.running_mean$/],
    instead: VGG_19,
  },
  { name: 'VGG-19 (Caffe)', role: 'vgg', has: [/^conv1_1\.weight$/, /^conv5_4\.weight$/] },
  { name: 'VGG-19 (normalised)', role: 'vgg', has: [/^0\.weight$/, /^2\.weight$/, /^42\.weight$/] },
  { name: "OpenAI's CLIP", role: 'clip', has: [/^visual\.(?:conv1|proj)/, /^token_embedding\.weight$/] },
  { name: 'CLIP', role: 'clip', has: [/^vision_model\.embeddings\./, /^text_model\.embeddings\./] },
  {
    name: 'a pixel diffusion model (DDPM)',
    role: 'pixel-diffusion',
    has: [/^temb\.dense\.0\.weight$/, /^down\.0\.block\.0\./],
  },
  {
    name: 'a pixel diffusion model (improved DDPM)',
    role: 'pixel-diffusion',
    has: [/^input_blocks\.0\.0\.weight$/, /^middle_block\.1\.qkv\.weight$/],
  },
  {
    name: 'IR-SE-50, a face recognition network',
    role: 'metric',
    has: [/^input_layer\.0\.weight$/, /^body\.23\.res_layer\.5\.fc1\./],
  },
  { name: 'an Inception network', role: 'metric', has: [/^Conv2d_1a_3x3\.conv\.weight$/, /^Mixed_7c\./] },
  { name: 'LPIPS', role: 'metric', has: [/^lin0\.model\.1\.weight$/] },
  {
    name: 'AlexNet',
    role: 'metric',
    has: [/^features\.8\.weight$/, /^features\.10\.weight$/],
    hasNot: /^features\.5\./,
  },
];

/** The kind of file with these tensors, unless it is a network of Stable Diffusion or unknown. */
export function findKnownFile(tensors: Iterable<string>): KnownFile | undefined {
  const names = [...tensors];
  const some = (pattern: RegExp) => names.some((name) => pattern.test(name));
  return [...others, ...wanted].find(({ has, hasNot }) => has.every(some) && !(hasNot && some(hasNot)));
}
