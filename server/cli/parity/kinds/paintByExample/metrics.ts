import { clipPixels, exemplarPicture } from '../../../../../models/image/clipPixels.ts';
import { featureStatistics, frechetDistance } from '../../../../../models/metrics/frechetDistance.ts';
import { logDensities, qualityScore } from '../../../../../models/metrics/gaussianMixture.ts';
import { clipScores, scoredRegion } from '../../../../../models/metrics/regionClipScore.ts';
import { cropTensor } from '../../../../../models/tensor/cropTensor.ts';
import { resizeBilinear } from '../../../../../models/tensor/resizeBilinear.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of numbers that come from formulas: relative, as the case states it. */
const RELATIVE = 1e-4;

/** `paint-by-example/metrics`: region CLIP score, FID and Quality Score, from pictures and given features. */
export const metrics: Kind = async (run) => {
  const results = run.golden.object('results');
  for (const file of await run.golden.tensorFiles()) {
    await compareRegion(run, file, object(results['region']));
    await compareScores(run, file, object(results['clip_score']));
    await compareFid(run, file, object(results['fid']));
    await compareQuality(run, file, object(results['qs']));
  }
};

async function compareRegion({ golden, report }: KindRun, file: GoldenTensors, stated: Json): Promise<void> {
  const { result, mask, reference } = await inputPictures(golden);
  const box = mask && scoredRegion(await golden.picture(mask));
  if (result && box) {
    const { left, top, width, height } = box;
    report.values('region.crop_rows', [top, top + height], numbers(stated['crop_rows']), 0);
    report.values('region.crop_cols', [left, left + width], numbers(stated['crop_cols']), 0);
    const crop = cropTensor(clipPixels(await golden.picture(result)), box);
    await compareWith(file, 'crop', crop);
    await compareWith(file, 'crop_resized', resizeBilinear(crop, 224, 224));
  }
  if (!reference) return;
  await compareWith(
    file,
    'ref_resized',
    clipPixels(exemplarPicture(await golden.picture(reference), 224, 'author')),
  );

  /** `NAME`, or `NAME_every_8th`: every so many rows and columns of it. */
  async function compareWith(file: GoldenTensors, name: string, found: Tensor): Promise<void> {
    const stored = file.names.find(
      (other) =>
        other === name ||
        (/_every_\d+th$/.test(other.slice(name.length)) && other.startsWith(`${name}_every`)),
    );
    if (!stored) return;
    const every = Number(/_every_(\d+)th$/.exec(stored)?.[1] ?? 1);
    const expected = [...(await file.get(stored)).data];
    relative(report, stored, { found: thinned(found, every), expected });
  }
}

/** By their names; else in the order in which the case lists its inputs: `result.png, mask_bbox.png, ref.png`. */
async function inputPictures(
  golden: GoldenCase,
): Promise<{ result?: string | undefined; mask?: string | undefined; reference?: string | undefined }> {
  const pictures = (await golden.names()).filter((name) => /\.(png|jpe?g)$/i.test(name));
  const listed = Object.keys(golden.object('files')).map((names) => names.split(/,\s*/));
  const inputs = listed.find((names) => names.length === 3 && names.every((name) => pictures.includes(name)));
  const named = (word: RegExp): string | undefined => pictures.find((name) => word.test(name));
  const [result, mask, reference] = inputs ?? [];
  return {
    result: named(/result/i) ?? result,
    mask: named(/mask/i) ?? mask,
    reference: named(/ref/i) ?? reference,
  };
}

async function compareScores({ report }: KindRun, file: GoldenTensors, stated: Json): Promise<void> {
  const [result, reference] = [await file.maybe('clip_result_feat'), await file.maybe('clip_ref_feat')];
  if (!result || !reference) return;
  const scores = clipScores(result, reference);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  relative(report, 'clip_score.per_pair', { found: scores, expected: numbers(stated['per_pair']) });
  relative(report, 'clip_score.mean', { found: [mean], expected: [Number(stated['mean'])] });
}

async function compareFid({ report }: KindRun, file: GoldenTensors, stated: Json): Promise<void> {
  const [one, other] = [await file.maybe('fid_feat_1'), await file.maybe('fid_feat_2')];
  if (!one || !other) return;
  const fid = (a: Tensor, b: Tensor): number => frechetDistance(featureStatistics(a), featureStatistics(b));
  const tolerance = 1e-6;
  relative(report, 'fid.value', { found: [fid(one, other)], expected: [Number(stated['value'])], tolerance });
  // A distance of nothing is rounding, here and there.
  if ('value_self' in stated) report.values('fid.value_self', [fid(one, one)], [0], 1e-9);
  for (const [name, value] of Object.entries(stated)) {
    const [, first, second] = /^value_rank_deficient_(\d+)_vs_(\d+)$/.exec(name) ?? [];
    if (!first || !second) continue;
    const found = [fid(firstRows(one, Number(first)), firstRows(other, Number(second)))];
    relative(report, `fid.${name}`, { found, expected: [Number(value)], tolerance });
  }
}

async function compareQuality({ report }: KindRun, file: GoldenTensors, stated: Json): Promise<void> {
  const given = object(stated['qs_of_given_values']);
  if (Array.isArray(given['values'])) {
    const found = [qualityScore(numbers(given['values']))];
    relative(report, 'qs.qs_of_given_values', { found, expected: [Number(given['qs'])] });
  }
  const points = await file.maybe('gmm_x');
  if (!points) return;
  const [weights, means, covariances] = await Promise.all([
    file.get('gmm_weights'),
    file.get('gmm_means'),
    file.get('gmm_covariances'),
  ]);
  const densities = logDensities({ weights, means, covariances }, points);
  relative(report, 'qs.log_likelihood', { found: densities, expected: numbers(stated['log_likelihood']) });
  relative(report, 'qs.qs', { found: [qualityScore(densities)], expected: [Number(stated['qs'])] });
}

/** Every value within a share of the largest expected one. */
function relative(
  report: KindRun['report'],
  name: string,
  values: { found: ArrayLike<number>; expected: readonly number[]; tolerance?: number },
): void {
  const largest = values.expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  report.values(name, values.found, values.expected, (values.tolerance ?? RELATIVE) * largest);
}

function thinned({ shape, data }: Tensor, every: number): number[] {
  const [height = 1, width = 1] = shape.slice(-2);
  return [...data].filter(
    (_, i) => (i % width) % every === 0 && (Math.floor(i / width) % height) % every === 0,
  );
}

function firstRows({ shape, data }: Tensor, rows: number): Tensor {
  const [, size = 0] = shape;
  return { shape: [rows, size], data: data.subarray(0, rows * size) };
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
