/**
 * What a model's files can be used as. `diffusion`: a UNet and its autoencoder, perhaps with a text encoder;
 * `inpainting`: the same with a UNet that takes more than the latent; `exemplar`: the same with an image encoder, which is
 * Paint by Example; `image-encoder`: that one alone; `pixel-diffusion`: a UNet on pixels; `metric`: a
 * network that judges pictures.
 */
export const modelRoles = [
  'diffusion',
  'inpainting',
  'exemplar',
  'unet',
  'autoencoder',
  'text-encoder',
  'image-encoder',
  'preview-decoder',
  'adapter',
  'vgg',
  'clip',
  'pixel-diffusion',
  'metric',
] as const;

export type ModelRole = (typeof modelRoles)[number];
