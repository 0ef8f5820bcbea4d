import { flipPicture } from '../image/flipPicture.ts';
import type { Picture } from '../image/picture.ts';
import { MersenneTwister } from '../sampling/mersenneTwister.ts';
import type { RandomSource } from './pythonRandom.ts';
import { boxBlur } from './opencv/boxBlur.ts';
import { resizeLinear } from './opencv/resizeLinear.ts';
import { warpPicture, type Matrix2x3 } from './opencv/warpPicture.ts';

export interface AugmentationStep {
  readonly name: 'Resize' | 'HorizontalFlip' | 'Rotate' | 'Blur' | 'ElasticTransform';
  readonly picture: Picture;
  /** Of Rotate and ElasticTransform, from source to result. */
  readonly matrix?: Matrix2x3;
}

/**
 * Paint by Example's augmentation of an exemplar while training (ldm/data/open-images.py, albumentations 0.4.3): resized
 * to a square, flipped (1 in 2), turned by up to 20 degrees (1 in 2), blurred (3 in 10), and pulled askew (3 in 10), drawn in the order in
 * which albumentations draws. Every step that took place, in order; the last is the result. What
 * the elastic transform does besides its affine map moves pixels by a hundredth, less than OpenCV resolves, and is left out.
 */
export function augmentExemplar(
  exemplar: Picture,
  { random, size = 224 }: { readonly random: RandomSource; readonly size?: number },
): AugmentationStep[] {
  const happens = (probability: number): boolean => random.random() < probability;
  const steps: AugmentationStep[] = [];
  const current = (): Picture => steps.at(-1)?.picture ?? exemplar;
  // The chain itself and the resize draw as well, though both always run.
  happens(1);
  happens(1);
  steps.push({ name: 'Resize', picture: resizeLinear(exemplar, { width: size, height: size }) });
  if (happens(0.5)) steps.push({ name: 'HorizontalFlip', picture: flipPicture(current()) });
  if (happens(0.5)) {
    const matrix = rotation(random.uniform(-20, 20), size);
    steps.push({ name: 'Rotate', picture: warpPicture(current(), matrix), matrix });
  }
  if (happens(0.3)) steps.push({ name: 'Blur', picture: boxBlur(current(), random.choice([3, 5, 7])) });
  if (happens(0.3)) {
    const matrix = elasticMatrix(random.randint(0, 10_000), size);
    steps.push({ name: 'ElasticTransform', picture: warpPicture(current(), matrix), matrix });
  }
  return steps;
}

/** cv2.getRotationMatrix2D about the middle: counter-clockwise on the screen. */
function rotation(degrees: number, size: number): Matrix2x3 {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine, middle] = [Math.cos(angle), Math.sin(angle), size / 2];
  return [
    [cosine, sine, (1 - cosine) * middle - sine * middle],
    [-sine, cosine, sine * middle + (1 - cosine) * middle],
  ];
}

/** Three points of a square about the middle, moved by up to 50 pixels each by numpy's RandomState. */
function elasticMatrix(seed: number, size: number): Matrix2x3 {
  const bits = new MersenneTwister(seed);
  const [middle, reach] = [Math.floor(size / 2), Math.floor(size / 3)];
  const [low, high] = [middle - reach, middle + reach];
  const from = [
    [high, high],
    [high, low],
    [low, low],
  ] as const;
  const to = from.map((point) =>
    point.map((value) => Math.fround(value + Math.fround(-50 + 100 * bits.uniform27and26()))),
  );
  // The first and the second point differ in y only, the second and the third in x only.
  const row = (axis: 0 | 1): readonly [number, number, number] => {
    const [first, second, third] = to.map((point) => point[axis]!) as [number, number, number];
    const [perX, perY] = [(second - third) / (high - low), (first - second) / (high - low)];
    return [perX, perY, first - perX * high - perY * high];
  };
  return [row(0), row(1)];
}
