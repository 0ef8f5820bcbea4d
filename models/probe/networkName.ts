/** The networks of a model as people name them on the command line. */
export const networkNames = ['unet', 'encoder', 'decoder', 'text'] as const;

export type NetworkName = (typeof networkNames)[number];
