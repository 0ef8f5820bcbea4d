import { describe, expect, it } from 'vitest';
import { previewChoice, tinyDecoder } from '../../../client/workbench/previewSettings.ts';
import type { ModelSummary } from '../../../server/protocol/models.ts';

const model = (name: string, facts: Partial<ModelSummary> = {}): ModelSummary => {
  const common = { title: name, builtin: false, bytes: 1, linked: false, downloaded: false } as const;
  return { name, layout: 'single-file', ...common, role: 'preview-decoder', ...facts };
};
const every = { tiny: 2, full: 7 };

describe('how step pictures are made', () => {
  it('is what was chosen, with its own frequency', () => {
    expect(previewChoice({ kind: 'linear', every }, [])).toEqual({ kind: 'linear' });
    expect(previewChoice({ kind: 'full', every }, [])).toEqual({ kind: 'full', every: 7 });
    const models = [model('sd.ckpt', { role: 'diffusion' }), model('taesd.pth')];
    expect(previewChoice({ kind: 'tiny', every }, models)).toEqual({
      kind: 'tiny',
      model: 'taesd.pth',
      every: 2,
    });
  });

  it('is quick while there is no decoder for it', () => {
    expect(previewChoice({ kind: 'tiny', every }, [])).toEqual({ kind: 'linear' });
    const useless = [model('gone', { missing: true }), model('bad', { problem: 'It is cut off.' })];
    expect(tinyDecoder(useless)).toBeUndefined();
  });

  it('prefers the decoder of Stable Diffusion to that of SDXL', () => {
    expect(tinyDecoder([model('taesdxl_decoder.pth'), model('z-taesd.pth')])?.name).toBe('z-taesd.pth');
    expect(tinyDecoder([model('taesdxl_decoder.pth')])?.name).toBe('taesdxl_decoder.pth');
  });
});
