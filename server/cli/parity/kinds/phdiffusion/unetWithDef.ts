import { luminance } from '../../../../../models/image/luminance.ts';
import { maskToTensor } from '../../../../../models/image/maskTensor.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import { picturesToPixels } from '../../../../../models/image/picturePixels.ts';
import type { DenoiserCall } from '../../../../../models/sampling/denoiser.ts';
import type { EncoderSteering } from '../../../../../models/sampling/encoderSteering.ts';
import { resizeNearest } from '../../../../../models/tensor/resizeNearest.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { timestepsFor } from '../timestepsFor.ts';
import { hasResidual, openHarmonisers, type Harmonisers } from './harmonisers.ts';

/** Inner values of the steered UNet by the names that the cases have for them. */
function innerNames({ model }: Harmonisers): Record<string, string> {
  const { layersPerBlock, blockOutChannels } = model.parts.unet.config;
  const last = (level: number) => (level + 1) * (layersPerBlock + 1) - 1;
  const deepest = blockOutChannels.length - 1;
  return {
    time_embed_out: 'emb',
    def0_unet_feature: `input_blocks.${last(deepest - 1)}`,
    def0_fused: 'interact_blocks.0',
    def1_unet_feature: `input_blocks.${last(deepest)}`,
    def1_fused: 'interact_blocks.1',
    middle_in: `steered.${deepest}`,
    middle_out: 'middle_block',
  };
}

/**
 * `phdiffusion/unet-with-def`: one evaluation with the adapter's features and a mask (`eps`), without either, and with
 * the features alone, which is the same as a mask of zeros; the features themselves from the two pictures.
 */
export const unetWithDef: Kind = async (run) => {
  const plain = await openHarmonisers(run);
  for (const file of await run.golden.tensorFiles()) {
    if (!file.has('x') || !file.has('eps')) continue;
    const names = Object.entries(innerNames(plain)).filter(([name]) => file.has(name));
    const exposing = await openHarmonisers(run, { unet: names.map(([, path]) => path) });
    const features = await featuresIn(file);
    await compareFeatures(run, plain, { file, features });
    await compareEvaluations(run, { plain, exposing, file, features, names });
  }
};

async function featuresIn(file: GoldenTensors): Promise<Tensor[]> {
  const names = file.names.filter((name) => /^feature_\d+$/.test(name));
  return Promise.all(names.map((_, level) => file.get(`feature_${level}`)));
}

interface Case {
  readonly file: GoldenTensors;
  readonly features: readonly Tensor[];
}

async function compareFeatures(
  run: KindRun,
  { adapter }: Harmonisers,
  { file, features }: Case,
): Promise<void> {
  const { golden, report } = run;
  const pictures = await picturesNamed(golden, /comp.*\.png$/i);
  const masks = await picturesNamed(golden, /mask.*\.png$/i);
  if (pictures.length === 0 || pictures.length !== masks.length) return;
  const given = inOneBatch(masks.map((mask) => maskToTensor(luminance(mask))));
  const expected = await file.get('fg_mask');
  const [, , height = 0, width = 0] = expected.shape;
  report.tensor('fg_mask', resizeNearest(given, height, width), expected, 0);
  const pixels = picturesToPixels(pictures);
  const found = await adapter.encode({ pixels, mask: given, residual: hasResidual(golden) });
  for (const [level, feature] of features.entries()) {
    const name = `feature_${level}`;
    report.tensor(`${name} from pictures`, found[level]!, feature, golden.tolerance.for(name, 'max_abs'));
  }
}

/** In the order of the numbers in their names: one for every row of the batch. */
async function picturesNamed(golden: GoldenCase, pattern: RegExp): Promise<Picture[]> {
  const names = (await golden.names()).filter((name) => pattern.test(name));
  const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(sorted.map((name) => golden.picture(name)));
}

function inOneBatch(parts: readonly Tensor[]): Tensor {
  const { shape, data } = parts[0]!;
  const joined = tensor([parts.length, ...shape.slice(1)]);
  for (const [row, part] of parts.entries()) joined.data.set(part.data, row * data.length);
  return joined;
}

async function compareEvaluations(
  { golden, report }: KindRun,
  {
    plain,
    exposing,
    file,
    features,
    names,
  }: Case & {
    readonly plain: Harmonisers;
    readonly exposing: Harmonisers;
    readonly names: readonly (readonly [string, string])[];
  },
): Promise<void> {
  const latent = await file.get('x');
  const timesteps = timestepsFor(latent, await file.get('timesteps'));
  const call = { latent, timesteps, context: await file.get('context') };
  const mask = await file.get('fg_mask');
  const strengths = features.map(() => 1);
  const steered = (extra: Pick<EncoderSteering, 'fusion'> = {}): DenoiserCall => {
    return { ...call, steering: { features, strengths, ...extra } };
  };
  const fusion = { blocks: plain.adapter.fusion, mask };
  const tolerance = (name: string) => golden.tolerance.for(name, 'max_abs');
  const compare = async (name: string, found: Tensor, label = name) => {
    const expected = await file.maybe(name);
    if (expected) report.tensor(label, found, expected, tolerance(name));
  };
  const { prediction, exposed } = await exposing.model.denoiser.evaluateExposing(steered({ fusion }));
  await compare('eps', prediction);
  for (const [name, path] of names) await compare(name, exposed.get(path)!);
  const { denoiser } = plain.model;
  await compare('eps_no_adapter', (await denoiser.evaluate(call)).prediction);
  await compare('eps_plain_add', (await denoiser.evaluate(steered())).prediction);
  const nothing = { shape: mask.shape, data: mask.data.map(() => 0) };
  const zero = await denoiser.evaluate(steered({ fusion: { ...fusion, mask: nothing } }));
  await compare('eps_plain_add', zero.prediction, 'eps_plain_add by a mask of zeros');
}
