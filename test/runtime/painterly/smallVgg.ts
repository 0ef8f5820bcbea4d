import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { openVgg } from '../../../models/catalog/openVgg.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

const config = { pixels: 'caffe', convChannels: [4, 4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 8] } as const;
export const smallWeights = generateWeights({ kind: 'vgg', config });
export const smallPool = new SessionPool({ budgetBytes: 2 ** 28 });

/** VGG-19 up to relu5_1 with few channels. */
export function smallVgg(weights: WeightSource = smallWeights, hash = 'small') {
  return openVgg({ network: { config, weights }, hash, place: { pool: smallPool, device: 'cpu' } });
}

/** Waves, finer with more grain. */
export function painted(width: number, height: number, grain: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 90 * Math.sin((x * grain + (i % 3) * 9) / 5) * Math.cos((y * grain) / 7);
  });
  return { width, height, data };
}
