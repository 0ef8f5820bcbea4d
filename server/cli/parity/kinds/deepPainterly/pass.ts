import type { LossTerm } from '../../../../../models/painterly/lossTerm.ts';
import type { PictureOptimiser } from '../../../../../models/painterly/optimisePicture.ts';
import type { ObjectiveRule } from '../../../../../models/painterly/pictureObjective.ts';
import type { Plane } from '../../../../../models/painterly/plane.ts';
import {
  withObjective,
  type ObjectiveValue,
  type WithObjectiveOptions,
} from '../../../../../models/painterly/withObjective.ts';
import { cropTensor } from '../../../../../models/tensor/cropTensor.ts';
import { pasteTensor } from '../../../../../models/tensor/pasteTensor.ts';
import { tensor, type DoubleTensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../../../../models/vision/vggNetwork.ts';
import { toExactVggPixels, toVggPixels } from '../../../../../models/vision/vggPixels.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { PassPrecision } from './inDoubleWhereRounded.ts';

/** A pass of a case: its losses, and where it begins. */
export interface Pass {
  readonly vgg: VggNetwork;
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  readonly mask: Plane;
  readonly x0: Tensor | DoubleTensor;
  /** `[3, H, W]`: where losses and gradients are looked at, too. */
  readonly probe: Tensor;
  readonly optimiser: PictureOptimiser;
}

/** The cases' tolerance_note: never tighter than 1e-5 of the peak, which of a single number is itself. */
export const LOSS_RELATIVE = 1e-5;

/** Weighted losses of a case at one picture, by the names that it gives them. */
export interface StatedLosses {
  readonly total_reported: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** At `x0` and at `probe`. */
export function statedLosses(golden: GoldenCase, point: string): StatedLosses {
  return (golden.object('values') as Readonly<Record<string, StatedLosses>>)[point]!;
}

/** `style_relu3_1`, as the case calls it. */
export function caseName({ name }: LossTerm): string {
  return name.replace('smoothness', 'tv').replace('histogram', 'hist').replace(' ', '_');
}

/** A picture as the network takes it, to begin with. */
export function startOf(
  picture: Tensor,
  { config }: VggNetwork,
  precision: PassPrecision,
): Tensor | DoubleTensor {
  return (precision === 'float64' ? toExactVggPixels : toVggPixels)(picture, config.pixels);
}

/** Losses and gradient of all of a picture. */
export function evaluated(
  { x0, ...pass }: Pick<Pass, 'x0'> & Omit<WithObjectiveOptions, 'pixels' | 'everywhere'>,
  picture: Tensor | DoubleTensor,
): Promise<ObjectiveValue> {
  const everywhere = picture !== x0;
  return withObjective({ ...pass, pixels: x0, everywhere }, async ({ region, evaluate }) => {
    const value = await evaluate(cropTensor(picture, region.box));
    const gradient = tensor(picture.shape);
    pasteTensor(value.gradient, gradient, region);
    return { ...value, gradient };
  });
}

export function batched({ shape, data }: Tensor): Tensor {
  return { shape: [1, ...shape], data };
}

export function single({ shape, data }: Tensor): Tensor {
  return { shape: shape.slice(1), data };
}
