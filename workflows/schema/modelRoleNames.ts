/** What a model of each role is, in a sentence; of any other, the role itself. */
export const modelRoleNames: Readonly<Record<string, string>> = {
  diffusion: 'a diffusion model',
  inpainting: 'an inpainting model',
  exemplar: "Paint by Example's model",
  unet: 'a UNet by itself',
  autoencoder: 'an autoencoder by itself',
  'text-encoder': 'a text encoder by itself',
  'image-encoder': 'an image encoder by itself',
  'preview-decoder': 'a decoder for previews (TAESD)',
  adapter: "PHDiffusion's adapter",
  'pixel-diffusion': 'a diffusion model of pixels',
  vgg: 'a VGG network',
  clip: 'a CLIP network',
  metric: 'a network that judges pictures',
};
