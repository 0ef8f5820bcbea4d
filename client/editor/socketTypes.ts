import type { PortType } from '../../workflows/schema/nodeDescription.ts';

export interface SocketType {
  readonly title: string;
  /** CSS colour of the theme. */
  readonly colour: string;
  /** SVG path in a 12 x 12 box: types differ in shape, so that they never depend on colour alone. */
  readonly shape: string;
}

function type(name: PortType, title: string, shape: string): SocketType {
  return { title, colour: `var(--socket-${name})`, shape };
}

const circle = 'M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z';
const square = 'M1.6 1.6h8.8v8.8h-8.8z';
const halfCircle = 'M6 1a5 5 0 0 0 0 10z M6 1a5 5 0 0 1 0 10';
const diamond = 'M6 .4 11.6 6 6 11.6 .4 6z';
const hexagon = 'M3.2 1h5.6l2.8 5-2.8 5h-5.6l-2.8-5z';
const octagon = 'M3.8 .8h4.4l3 3v4.4l-3 3h-4.4l-3-3v-4.4z';
const triangle = 'M1.4 1 11.2 6 1.4 11z';
const chevrons = 'M.8 1.4h4.4L9.8 6l-4.6 4.6h-4.4L5.4 6z';
const pill = 'M3.8 2.8h4.4a3.2 3.2 0 0 1 0 6.4h-4.4a3.2 3.2 0 0 1 0-6.4z';
const bars = 'M1 2h10v3h-10z M1 7h10v3h-10z';
const trapezium = 'M1 2.2 11 .6v10.8L1 9.8z';
const lens = 'M.4 6C2.4 2.6 4.2 1.4 6 1.4S9.6 2.6 11.6 6C9.6 9.4 7.8 10.6 6 10.6S2.4 9.4 .4 6z';
const bowTie = 'M1 1.4 6 4.4 11 1.4v9.2L6 7.6 1 10.6z';
const plus = 'M4.2 1h3.6v3.2h3.2v3.6h-3.2v3.2h-3.6v-3.2h-3.2v-3.6h3.2z';
const plug = 'M1.2 3.6h3.2V1h3.2v2.6h3.2V11h-9.6z';
const pyramid = 'M1 8.4h10V11h-10z M2.8 4.9h6.4v2.6h-6.4z M4.4 1.4h3.2V4h-3.2z';
const house = 'M6 .6 11.2 5v6.2h-10.4V5z';
const steps = 'M1 11V7.8h3.2V4.4h3.4V1H11v10z';
const hourglass = 'M1.4 1h9.2L7.4 6l3.2 5H1.4l3.2-5z';
const funnel = 'M.6 1.2h10.8L7.4 6.4v4.8H4.6V6.4z';
const table = 'M1 1h4.4v4.4h-4.4z M6.6 1h4.4v4.4h-4.4z M1 6.6h4.4v4.4h-4.4z M6.6 6.6h4.4v4.4h-4.4z';

/** Colour and shape of every port type. */
export const socketTypes: Readonly<Record<PortType, SocketType>> = {
  image: type('image', 'Image', square),
  mask: type('mask', 'Mask', halfCircle),
  latent: type('latent', 'Latent', diamond),
  denoiser: type('denoiser', 'Denoiser', hexagon),
  autoencoder: type('autoencoder', 'Autoencoder', octagon),
  textEncoder: type('textEncoder', 'Text encoder', trapezium),
  visionEncoder: type('visionEncoder', 'Image encoder', lens),
  visionEmbedding: type('visionEmbedding', 'Image embedding', bowTie),
  conditioning: type('conditioning', 'Conditioning', triangle),
  trajectory: type('trajectory', 'Trajectory', chevrons),
  adapter: type('adapter', 'Adapter', plug),
  features: type('features', 'Features', pyramid),
  vgg: type('vgg', 'VGG', house),
  responses: type('responses', 'Responses', steps),
  matches: type('matches', 'Matches', hourglass),
  pictureLoss: type('pictureLoss', 'Losses', funnel),
  number: type('number', 'Number', circle),
  text: type('text', 'Text', bars),
  seed: type('seed', 'Seed', plus),
  table: type('table', 'Table', table),
};

/** Links and sockets of unknown nodes. */
export const unknownSocket: SocketType = {
  title: 'Unknown',
  colour: 'var(--text-dim)',
  shape: pill,
};
