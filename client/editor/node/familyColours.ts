/** The small mark before a node's title; families borrow the colour of the type that they mostly make. */
const colours: ReadonlyMap<string, string> = new Map([
  ['image', 'var(--socket-image)'],
  ['latent', 'var(--socket-latent)'],
  ['diffusion', 'var(--socket-denoiser)'],
  ['model', 'var(--socket-autoencoder)'],
  ['style', 'var(--socket-trajectory)'],
  ['harmonise', 'var(--socket-conditioning)'],
  ['inpaint', 'var(--socket-mask)'],
  ['optimise', 'var(--socket-seed)'],
  ['train', 'var(--socket-text)'],
  ['values', 'var(--socket-number)'],
  ['metrics', 'var(--socket-table)'],
]);

/** CSS colour of a node family. */
export function familyColour(family: string): string {
  return colours.get(family) ?? 'var(--text-dim)';
}
