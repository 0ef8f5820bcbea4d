import { parseAutoencoderConfig } from '../../architectures/autoencoderConfig.ts';
import { parseClipTextConfig } from '../../architectures/clipTextConfig.ts';
import type { ExemplarConfig } from '../../architectures/exemplarConfig.ts';
import { parseUNetConfig } from '../../architectures/unetConfig.ts';
import type { NetworkKind } from '../networkTensors.ts';

/** A published network, by the name that people know it by. */
export interface ReferenceNetwork {
  readonly name: string;
  readonly network: NetworkKind;
}

const second = {
  cross_attention_dim: 1024,
  use_linear_projection: true,
  attention_head_dim: [5, 10, 20, 20],
};
const unet = (name: string, fields: object): ReferenceNetwork => ({
  name,
  network: { kind: 'unet', config: parseUNetConfig({ attention_head_dim: 8, ...fields }, name) },
});
const text = (name: string, fields: object): ReferenceNetwork => ({
  name,
  network: { kind: 'text', config: parseClipTextConfig(fields, name) },
});

/** CLIP ViT-L/14's image encoder and five mapper blocks. */
export const exemplarEncoderConfig: ExemplarConfig = {
  hidden: 1024,
  layers: 24,
  heads: 16,
  intermediate: 4096,
  imageSize: 224,
  patchSize: 14,
  activation: 'quick_gelu',
  epsilon: 1e-5,
  mapperBlocks: 5,
  contextDim: 768,
};

/** Of VGG-19's convolutions. */
const vggChannels = [64, 64, 128, 128, ...Array<number>(4).fill(256), ...Array<number>(8).fill(512)];

/** The networks of the methods, from their published configurations; heads are not part of the comparison. */
export const referenceNetworks: readonly ReferenceNetwork[] = [
  unet('Stable Diffusion 1.x', { cross_attention_dim: 768 }),
  unet('Stable Diffusion 1.x inpainting', { cross_attention_dim: 768, in_channels: 9 }),
  unet('Stable Diffusion 2.x', second),
  unet('Stable Diffusion 2.x inpainting', { ...second, in_channels: 9 }),
  unet('Stable Diffusion 2.x depth', { ...second, in_channels: 5 }),
  {
    name: "Stable Diffusion's autoencoder",
    network: {
      kind: 'autoencoder',
      config: parseAutoencoderConfig(
        { block_out_channels: [128, 256, 512, 512], layers_per_block: 2 },
        'vae',
      ),
    },
  },
  text("CLIP ViT-L/14's text encoder", {
    hidden_size: 768,
    num_attention_heads: 12,
    intermediate_size: 3072,
  }),
  text("OpenCLIP ViT-H/14's text encoder", {
    hidden_size: 1024,
    num_hidden_layers: 23,
    num_attention_heads: 16,
    intermediate_size: 4096,
    hidden_act: 'gelu',
  }),
  {
    name: "Paint by Example's image encoder",
    network: { kind: 'vision', config: exemplarEncoderConfig },
  },
  {
    name: "PHDiffusion's adaptive encoder",
    network: { kind: 'adapter', config: { levelChannels: [320, 640, 1280, 1280] } },
  },
  {
    name: "PHDiffusion's two fusion blocks",
    network: { kind: 'fusion', config: { blockChannels: [1280, 1280] } },
  },
  ...(['torchvision', 'caffe', 'normalised'] as const).map((pixels): ReferenceNetwork => ({
    name: `VGG-19 (${pixels === 'caffe' ? 'Caffe' : pixels})`,
    network: { kind: 'vgg', config: { pixels, convChannels: vggChannels } },
  })),
];
