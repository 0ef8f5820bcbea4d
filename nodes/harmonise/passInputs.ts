/** Layers whose responses keep the object recognisable, in both passes. */
export const CONTENT_LAYERS = ['relu4_1'];

/** What both passes of Deep Painterly Harmonization are given. */
export const passInputs = {
  vgg: { type: 'vgg', title: 'VGG', help: 'From Load VGG; the authors use Caffe’s.' },
  image: { type: 'image', title: 'Composite', help: 'The painting with the object pasted into it.' },
  painting: { type: 'image', title: 'Painting', help: 'The same without the object, of the same size.' },
  mask: { type: 'mask', title: 'Mask', help: 'The object.' },
  loose: {
    type: 'mask',
    title: 'Loose mask',
    help: 'The object and some of its surroundings, which texture is compared in. Without it, about 15 pixels around the mask.',
    optional: true,
  },
} as const;
