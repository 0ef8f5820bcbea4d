import { afterAll, describe, expect, it } from 'vitest';
import type { Picture } from '../../../models/image/picture.ts';
import type { StyleMatches } from '../../../models/painterly/styleMatches.ts';
import { checkMatching } from '../../../nodes/optimise/checkMatching.ts';
import { contentLoss } from '../../../nodes/optimise/contentLoss.ts';
import { histogramLoss } from '../../../nodes/optimise/histogramLoss.ts';
import { optimisePictureNode } from '../../../nodes/optimise/optimisePictureNode.ts';
import { smoothnessLoss } from '../../../nodes/optimise/smoothnessLoss.ts';
import { styleLoss } from '../../../nodes/optimise/styleLoss.ts';
import { styleMatching } from '../../../nodes/optimise/styleMatching.ts';
import { callNode } from '../../pure/nodes/callNode.ts';
import { painted, smallPool, smallVgg } from './smallVgg.ts';

afterAll(() => smallPool.release());
const vgg = smallVgg();
const [image, painting] = [painted(50, 40, 1), painted(64, 52, 3)];
const losses = async (...made: Promise<{ outputs: Readonly<Record<string, unknown>> }>[]) =>
  (await Promise.all(made)).at(-1)!.outputs['losses'];
const half = { ...image, data: Float32Array.from({ length: 2000 }, (_, i) => (i % 50 < 25 ? 1 : 0)) };

describe('matching', () => {
  const [small, large] = [
    { width: 100, height: 8 },
    { width: 700, height: 700 },
  ];

  it('takes the layers of the published passes at 700 pixels', () => {
    for (const layer of ['relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'])
      expect(() => checkMatching(layer, large, large)).not.toThrow();
  });

  it('refuses layers that have too few places to match, or too many', () => {
    expect(() => checkMatching('relu3_1', large, small)).toThrow(
      'The painting has 100 x 8 pixels, of which relu3_1 makes 25 x 2 places: smaller than a patch of 3 x 3.',
    );
    expect(() => checkMatching('relu1_1', large, large)).toThrow(
      'relu1_1 makes 700 x 700 places, too many to compare each with each',
    );
  });
});

describe('losses that plug in', () => {
  it('are a style transfer together: each has its curve, and what comes of it is shown', async () => {
    const content = await losses(callNode(contentLoss, { image }, { layers: 'relu4_1' }));
    const style = await losses(
      callNode(styleLoss, { painting, losses: content }, { layers: 'relu1_1, relu2_1' }),
    );
    const histogram = await losses(
      callNode(histogramLoss, { painting, losses: style }, { layers: 'relu1_1' }),
    );
    const all = await losses(callNode(smoothnessLoss, { losses: histogram }));
    const { outputs, optimised } = await callNode(
      optimisePictureNode,
      { vgg, image, losses: all },
      { iterations: 8 },
    );
    expect(Object.keys(optimised[0]!.losses)).toEqual([
      'total',
      'content relu4_1',
      'style relu1_1',
      'style relu2_1',
      'histogram relu1_1',
    ]);
    expect(optimised.at(-1)!.losses['total']).toBeLessThan(optimised[0]!.losses['total']!);
    expect(outputs['image']).toMatchObject({ width: 50, height: 40 });
    expect((outputs['image'] as Picture).data).not.toEqual(image.data);
    expect(optimised.at(-1)!.picture).toEqual(outputs['image']);
  });

  it('change only what a mask allows', async () => {
    const style = await losses(callNode(styleLoss, { painting, mask: half }, { layers: 'relu1_1' }));
    const inputs = { vgg, image, losses: style, mask: half };
    const { outputs } = await callNode(optimisePictureNode, inputs, { iterations: 4, balance: 'even' });
    const { data } = outputs['image'] as Picture;
    const changed = (right: boolean) =>
      data.some((level, i) => Math.floor(i / 3) % 50 >= 25 === right && level !== image.data[i]);
    expect([changed(false), changed(true)]).toEqual([true, false]);
  });

  it('say what they lack', async () => {
    await expect(callNode(styleLoss, {})).rejects.toThrow('takes a painting or matches, found neither');
    const none = await losses(callNode(smoothnessLoss, {}, { weight: 0 }));
    await expect(callNode(optimisePictureNode, { vgg, image, losses: none })).rejects.toThrow(
      'All losses have the weight 0',
    );
    const deep = await losses(callNode(contentLoss, { image }, { layers: 'relu5_4' }));
    await expect(callNode(optimisePictureNode, { vgg, image, losses: deep })).rejects.toThrow(
      'This VGG has no layer "relu5_4"',
    );
  });
});

describe('Style Matching', () => {
  it.each(['layers', 'consistent'] as const)('gives a style loss its places: %s', async (mode) => {
    const found = await callNode(
      styleMatching,
      { vgg, image, painting },
      { mode, layers: 'relu2_1, relu3_1' },
    );
    const matches = found.outputs['matches'] as StyleMatches;
    expect([...matches.layers.keys()]).toEqual(['relu2_1', 'relu3_1']);
    expect(found.shown[0]!.picture).toMatchObject({ width: 50, height: 40 });
    const style = await losses(callNode(styleLoss, { matches }));
    const { optimised } = await callNode(
      optimisePictureNode,
      { vgg, image, losses: style },
      { iterations: 3 },
    );
    expect(Object.keys(optimised[0]!.losses)).toEqual(['total', 'style relu2_1', 'style relu3_1']);
    await expect(callNode(optimisePictureNode, { vgg, image: painting, losses: style })).rejects.toThrow(
      'The matches are of a picture of 50 x 40 pixels, the one that is optimised has 64 x 52.',
    );
    const other = { ...vgg, key: 'another' };
    await expect(callNode(optimisePictureNode, { vgg: other, image, losses: style })).rejects.toThrow(
      'another VGG',
    );
  });

  it('refuses a painting that is smaller than a patch', async () => {
    const small = painted(40, 30, 1);
    await expect(callNode(styleMatching, { vgg, image, painting: small })).rejects.toThrow(
      'The painting has 40 x 30 pixels, of which relu5_1 makes 3 x 2 places: smaller than a patch of 3 x 3.',
    );
  });
});
