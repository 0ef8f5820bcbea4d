import { afterAll, describe, expect, it } from 'vitest';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { openVgg } from '../../../models/catalog/openVgg.ts';
import { pictureToTensor } from '../../../models/image/unitPixels.ts';
import { contentTerm } from '../../../models/painterly/contentTerm.ts';
import { gramMatrix } from '../../../models/painterly/gramMatrix.ts';
import { histogramTarget } from '../../../models/painterly/histogramTarget.ts';
import { histogramTerm } from '../../../models/painterly/histogramTerm.ts';
import type { LossTerm } from '../../../models/painterly/lossTerm.ts';
import { maskPyramid } from '../../../models/painterly/masks.ts';
import type { ObjectiveRule } from '../../../models/painterly/pictureObjective.ts';
import { mapChannels, plane, type Plane } from '../../../models/painterly/plane.ts';
import { smoothnessTerm } from '../../../models/painterly/smoothnessTerm.ts';
import { styleTerm } from '../../../models/painterly/styleTerm.ts';
import { withObjective } from '../../../models/painterly/withObjective.ts';
import { cropTensor } from '../../../models/tensor/cropTensor.ts';
import { pasteTensor } from '../../../models/tensor/pasteTensor.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../../models/vision/vggNetwork.ts';
import type { VggPixels } from '../../../models/architectures/vggConfig.ts';
import { toVggPixels } from '../../../models/vision/vggPixels.ts';
import { painted, smallPool } from './smallVgg.ts';

afterAll(() => smallPool.release());

const [width, height] = [107, 94];
const start = pictureToTensor(painted(width, height, 3));
const other = pictureToTensor(painted(width, height, 7));

/** Soft on its edge, as masks from pictures are. */
function blob(...boxes: (readonly [number, number, number, number])[]): Plane {
  const mask = plane(width, height);
  for (const [left, top, right, bottom] of boxes)
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) mask.data[y * width + x] = x === left ? 0.4 : 1;
  return mask;
}

const masks: Readonly<Record<string, Plane>> = {
  'in the middle': blob([41, 38, 55, 49]),
  'at a border': blob([30, 0, 51, 9]),
  'in a corner': blob([98, 83, width, height]),
  'a pixel from a border': blob([1, 40, 12, 93]),
  'of a pixel': blob([52, 47, 53, 48]),
  'over everything': blob([0, 0, width, height]),
  'in two places': blob([5, 6, 14, 17], [80, 70, 95, 88]),
};

async function allTerms(vgg: VggNetwork, mask: Plane): Promise<LossTerm[]> {
  const layers = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'];
  const theirs = await vgg.responses(other, layers);
  const at = maskPyramid(mask);
  const everywhere = maskPyramid(blob([0, 0, width, height]));
  const style = (layer: string, looked: Plane) =>
    styleTerm({ layer, weight: 50, target: gramMatrix(theirs.get(layer)!, looked), mask: looked });
  return [
    smoothnessTerm({ weight: 1e-4, mask }),
    contentTerm({ layer: 'relu3_1', weight: 3, target: theirs.get('relu3_1')! }),
    contentTerm({ layer: 'relu4_1', weight: 5, target: 'start', mask: at.get('relu4_1')! }),
    style('relu2_1', everywhere.get('relu2_1')!),
    style('relu3_1', at.get('relu3_1')!),
    { ...style('relu5_1', at.get('relu5_1')!), weight: 1000 },
    ...['relu1_1', 'relu4_1'].map((layer) => {
      const looked = at.get(layer)!;
      const target = histogramTarget(theirs.get(layer)!, everywhere.get(layer)!, { loose: looked });
      return histogramTerm({ layer, weight: 2, target, mask: looked });
    }),
  ];
}

/** At a picture that is another one, where the mask is. */
async function evaluated(
  { vgg, mask, rule, terms }: { vgg: VggNetwork; mask: Plane; rule: ObjectiveRule; terms: LossTerm[] },
  everywhere: boolean,
) {
  const pixels = toVggPixels(start, vgg.config.pixels);
  let channel = 0;
  const changed = mapChannels(toVggPixels(other, vgg.config.pixels), (there) => {
    const here = pixels.data.subarray(channel * width * height, ++channel * width * height);
    return { ...there, data: there.data.map((value, i) => (mask.data[i] === 0 ? here[i]! : value)) };
  });
  return withObjective({ vgg, terms, rule, mask, pixels, everywhere }, async ({ region, evaluate }) => {
    const { losses, gradient } = await evaluate(cropTensor(changed, region.box));
    const whole = tensor(pixels.shape);
    pasteTensor(gradient, whole, region);
    return { losses, gradient: whole.data, region };
  });
}

/** Whose responses stay as strong down to the deepest layer. */
function lively(pixels: VggPixels): VggNetwork {
  const convChannels = [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8];
  const config = { pixels, convChannels };
  const generated = generateWeights({ kind: 'vgg', config });
  const read = async (name: string): Promise<Uint8Array> => {
    const bytes = await generated.read(name);
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const strength = name.startsWith('prepare') ? 1 : 1.5;
    const changed = values.map((value) => (name.endsWith('bias') ? 0.3 : value * strength));
    return new Uint8Array(changed.buffer);
  };
  const network = { config, weights: { ...generated, read } };
  return openVgg({ network, hash: `lively ${pixels}`, place: { pool: smallPool, device: 'cpu' } });
}
const padding = lively('torchvision');
const mirroring = lively('normalised');

type Compared = readonly [mask: string, rule: ObjectiveRule];

/** The largest, of losses and of the gradient, over how large these are. */
async function distanceToWhole(vgg: VggNetwork, [name, rule]: Compared): Promise<number> {
  const mask = masks[name]!;
  const terms = await allTerms(vgg, mask);
  const part = await evaluated({ vgg, mask, rule, terms }, false);
  const whole = await evaluated({ vgg, mask, rule, terms }, true);
  const losses = [...whole.losses].map(
    ([term, loss]) => Math.abs(part.losses.get(term)! - loss) / (loss || 1),
  );
  const gradient = largestOf(whole.gradient.map((value, i) => value - part.gradient[i]!));
  return Math.max(...losses, gradient / largestOf(whole.gradient));
}

function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe('an objective that computes what changes', () => {
  const everyMask = Object.keys(masks).map((mask): Compared => [mask, 'derivative']);
  const everyRule = ['in a corner', 'in two places', 'in the middle'].flatMap((mask): Compared[] => [
    [mask, 'masked'],
    [mask, 'normalised'],
  ]);

  it.each([...everyMask, ...everyRule])(
    'is that of the whole picture, with a mask %s: %s',
    async (...how) => {
      expect(await distanceToWhole(padding, how)).toBeLessThan(2e-5);
    },
  );

  it.each(everyRule)('is so where the network mirrors at borders, with a mask %s: %s', async (...how) => {
    expect(await distanceToWhole(mirroring, how)).toBeLessThan(2e-5);
  });

  it('changes the box around the mask, and all of a picture without one', async () => {
    const terms = [smoothnessTerm({ weight: 1 })];
    const vgg = padding;
    const { region } = await evaluated({ vgg, terms, mask: masks['in the middle']!, rule: 'masked' }, false);
    expect(region.box).toEqual({ left: 41, top: 38, width: 14, height: 11 });
    const pixels = toVggPixels(start, vgg.config.pixels);
    await withObjective({ vgg, terms, pixels, rule: 'masked' }, async ({ region: all }) => {
      expect(all.box).toEqual({ left: 0, top: 0, width, height });
    });
  });
});
