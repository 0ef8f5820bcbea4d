import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { recogniseModel } from '../../../models/catalog/recogniseModel.ts';
import { describeNetwork } from '../../../models/catalog/recognition/checkNetwork.ts';
import { vggWeights } from '../../../models/catalog/vggWeights.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';
import { goldenShapes, hasShapes, shaped, shapesNote } from '../../helpers/shapedWeights.ts';

describe.skipIf(!hasShapes)(`published VGG networks${shapesNote}`, () => {
  it.each([
    ['phdiffusion/keys-vgg_normalised.json', 'VGG-19 (normalised)'],
    ['deep-painterly-harmonization/keys-vgg19-caffe.json', 'VGG-19 (Caffe)'],
    ['deep-painterly-harmonization/keys-vgg19-torchvision.json', 'VGG-19 (torchvision)'],
    ['metrics/keys-gatys-vgg_conv.json', 'VGG-19 (Caffe)'],
  ])('takes %s for what it is', (file, architecture) => {
    const { config } = vggWeights(shaped(goldenShapes(file)))!;
    expect(describeNetwork({ kind: 'vgg', config })).toBe(architecture);
  });

  it.each(['metrics/keys-vgg16.json', 'metrics/keys-alexnet.json', 'metrics/keys-lpips-module-vgg.json'])(
    'does not take %s for a VGG-19',
    (file) => {
      expect(vggWeights(shaped(goldenShapes(file)))).toBeUndefined();
    },
  );
});

describe('a VGG-19 of any width', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'impasto-vgg-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('is told from its file, and what is missing in it', async () => {
    const path = join(root, 'vgg.safetensors');
    const whole = generateWeights({ kind: 'vgg', config: { pixels: 'caffe', convChannels: [4, 6, 8] } });
    await writeSafetensors(path, whole);
    expect(await recogniseModel(path)).toEqual({
      role: 'vgg',
      architecture: 'VGG-19 with 4, 6, 8 channels',
      parts: ['VGG'],
    });
    const tensors = new Map([...whole.tensors].filter(([name]) => name !== 'conv1_2.bias'));
    await writeSafetensors(path, { ...whole, tensors });
    await expect(recogniseModel(path)).rejects.toThrow('1 tensor is missing: conv1_2.bias');
  });
});
