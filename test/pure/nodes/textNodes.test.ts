import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import type { EncodeTextOptions, TextEncoder } from '../../../models/text/textEncoder.ts';
import { weightStates } from '../../../models/text/weightStates.ts';
import { guidance } from '../../../nodes/diffusion/guidance.ts';
import { prompt } from '../../../nodes/diffusion/prompt.ts';
import { sample } from '../../../nodes/diffusion/sample.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

/** A token per word, and room for three. */
function wordEncoder(): TextEncoder & { asked: EncodeTextOptions[] } {
  const asked: EncodeTextOptions[] = [];
  return {
    asked,
    key: 'words',
    encode: async (text, options = {}) => {
      asked.push(options);
      const words = text.split(' ').filter(Boolean);
      const kept = words.slice(0, 3 * (options.maxChunks ?? 1));
      const cut = words.slice(kept.length).join(' ');
      return { conditioning: tensor([1, 5, 1]), count: words.length, room: 3, cut };
    },
  };
}

describe('Prompt', () => {
  it('says how many tokens there are', async () => {
    const encoder = wordEncoder();
    const short = await callNode(prompt, { encoder }, { prompt: 'a red boat' });
    expect(short.notes).toEqual({ tokens: '3 of 3' });
    const long = await callNode(prompt, { encoder }, { prompt: 'a red boat on a lake', skipLayers: 1 });
    expect(long.notes).toEqual({ tokens: '6 of 6' });
    expect(encoder.asked[1]).toMatchObject({ skipLayers: 1 });
  });

  it('says what was cut off', async () => {
    const encoder = wordEncoder();
    const { notes } = await callNode(prompt, { encoder }, { prompt: 'a red boat on a lake', long: 'cut' });
    expect(notes).toEqual({ tokens: '6 of 3', warning: 'Too long by 3 tokens; cut off: on a lake' });
  });
});

describe('Guidance', () => {
  it('gives a denoiser whose identity holds the prompts and the scale', async () => {
    const denoiser = fakeDenoiser();
    const [positive, negative] = [ramp([1, 2, 1]), tensor([1, 2, 1])];
    const keyOf = async (inputs: Record<string, Tensor>, scale: number): Promise<string> => {
      const { outputs } = await callNode(guidance, { denoiser, positive, negative, ...inputs }, { scale });
      return (outputs['denoiser'] as Denoiser).key;
    };
    const keys = [await keyOf({}, 5), await keyOf({}, 6), await keyOf({ positive: negative }, 5)];
    expect(new Set(keys).size).toBe(3);
    expect(await keyOf({}, 5)).toBe(keys[0]);
  });
});

describe('Sample', () => {
  it.each(['ddim', 'pndm', 'euler', 'euler-ancestral', 'heun', 'dpmpp-2m'])('runs %s', async (sampler) => {
    const latent = { samples: ramp([1, 4, 2, 2]), downscale: 8 };
    const { outputs, steps } = await callNode(
      sample,
      { denoiser: fakeDenoiser(), latent },
      { sampler, steps: 4, start: 'all', seed: '3' },
    );
    const { samples } = outputs['latent'] as { samples: Tensor };
    expect(samples.shape).toEqual([1, 4, 2, 2]);
    expect(steps).toHaveLength(sampler === 'pndm' ? 5 : 4);
  });
});

describe('emphasis in the states', () => {
  it('changes how much tokens count, and not the mean', () => {
    const states = tensor([1, 2, 2], Float32Array.of(1, 2, 3, 4));
    const { data } = weightStates(states, Float32Array.of(1, 1.5));
    const [a = 0, , c = 0] = data;
    expect(c / a).toBeCloseTo(4.5, 5);
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(10, 5);
    expect(weightStates(states, Float32Array.of(1, 1)).data).toBe(states.data);
  });
});
