import { describe, expect, it } from 'vitest';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNode } from '../../../server/engine/describeNode.ts';
import { nodeDescriptionSchema } from '../../../workflows/schema/nodeDescription.ts';

const all = [...nodeRegistry.values()].map(describeNode);

describe('the node registry', () => {
  it('has every node once', () => {
    expect(all.map(({ type }) => type).toSorted()).toEqual([
      'diffusion/guidance',
      'diffusion/invert',
      'diffusion/load-autoencoder',
      'diffusion/load-model',
      'diffusion/load-text-encoder',
      'diffusion/load-unet',
      'diffusion/prompt',
      'diffusion/sample',
      'harmonise/adaptive-encoder',
      'harmonise/def',
      'harmonise/dph-pass-1',
      'harmonise/dph-pass-2',
      'harmonise/dph-post',
      'harmonise/load-adapter',
      'harmonise/masked-blend',
      'image/compare',
      'image/composite',
      'image/load',
      'image/preview',
      'image/resize',
      'image/save',
      'inpaint/augment-exemplar',
      'inpaint/bezier-mask',
      'inpaint/clip-vision-encode',
      'inpaint/exemplar-conditioning',
      'inpaint/inpaint-conditioning',
      'inpaint/load-exemplar-model',
      'inpaint/load-image-encoder',
      'inpaint/paste-back',
      'latent/adain',
      'latent/add-noise',
      'latent/decode',
      'latent/empty',
      'latent/encode',
      'latent/noise',
      'latent/preview',
      'latent/statistics',
      'mask/adjust',
      'mask/auto',
      'mask/combine',
      'mask/draw',
      'mask/load',
      'mask/preview',
      'optimise/content-loss',
      'optimise/histogram-loss',
      'optimise/load-vgg',
      'optimise/optimise-picture',
      'optimise/smoothness-loss',
      'optimise/style-loss',
      'optimise/style-matching',
      'optimise/vgg-features',
      'style/kv-swap',
      'style/masked-adain',
      'style/masked-adain-steps',
      'style/masked-kv-swap',
      'train/fine-tune',
      'values/number',
      'values/seed',
      'values/text',
    ]);
  });

  it.each(all)('$type describes itself as JSON', (description) => {
    expect(nodeDescriptionSchema.parse(JSON.parse(JSON.stringify(description)))).toEqual(description);
  });

  it.each(all)('$type helps: a paragraph, and a sentence for every port and parameter', (description) => {
    expect(description.help.split('. ').length).toBeGreaterThanOrEqual(1);
    expect(description.help).toMatch(/^[A-Z].{60,}\.$/s);
    for (const { help, title } of [
      ...description.inputs,
      ...description.outputs,
      ...description.parameters,
    ]) {
      expect(help).toMatch(/^[A-Z].*\.$/s);
      expect(title).not.toBe('');
    }
  });

  it.each(all)('$type has one name for one thing', ({ inputs, parameters }) => {
    const names = [...inputs, ...parameters].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives numbers limits, and defaults within them', () => {
    for (const { parameters } of all) {
      for (const { control, min, max, default: preset } of parameters) {
        if (!['number', 'slider', 'integer'].includes(control)) continue;
        expect(preset).toBeGreaterThanOrEqual(min!);
        expect(preset).toBeLessThanOrEqual(max!);
      }
    }
  });
});
