/** What people call a model, by its role (models/catalog/modelRole.ts), with an article where it needs one. */
const words: Readonly<Record<string, string>> = {
  diffusion: 'a diffusion model',
  inpainting: 'a model for inpainting by a prompt',
  exemplar: 'Paint by Example',
  unet: 'a UNet',
  autoencoder: 'an autoencoder',
  'text-encoder': 'a text encoder',
  'image-encoder': "Paint by Example's image encoder",
  'preview-decoder': 'a decoder for previews',
  adapter: "PHDiffusion's adapter",
  'pixel-diffusion': 'a diffusion model on pixels',
  vgg: 'a VGG network',
  clip: 'CLIP',
  metric: 'a network that judges pictures',
};

/** `a UNet, a diffusion model or Paint by Example`; a role that is not known stands for itself. */
export function roleWords(roles: readonly string[]): string {
  const all = roles.map((role) => words[role] ?? role);
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(all);
}
