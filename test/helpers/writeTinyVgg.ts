import { generateWeights } from '../../models/catalog/generateWeights.ts';
import { writeSafetensors } from '../../models/weights/writeSafetensors.ts';

const convChannels = [8, 8, 12, 12, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16];

/** Writes VGG-19 with few channels and generated weights, named as Caffe's; a damaged tensor is all NaN. */
export function writeTinyVgg(path: string, damaged?: string): Promise<void> {
  const weights = generateWeights({ kind: 'vgg', config: { pixels: 'caffe', convChannels } });
  return writeSafetensors(path, {
    ...weights,
    read: async (name, limit) => {
      const bytes = await weights.read(name, limit);
      // Four bytes of ones are a NaN.
      return name === damaged ? bytes.fill(0xff) : bytes;
    },
  });
}
