import { describe, expect, it } from 'vitest';
import type { AttentionLayer } from '../../../models/sampling/denoiser.ts';
import { selectAttentionLayers } from '../../../models/sampling/selectAttentionLayers.ts';

/** The self-attention layers of Stable Diffusion 1.x. */
const ids = [
  ...[1, 2, 4, 5, 7, 8].map((n) => `input.${n}`),
  'middle',
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `output.${n}`),
];
const downscales: Record<string, number> = {
  output: 4,
  'output.6': 2,
  'output.7': 2,
  'output.8': 2,
  middle: 8,
};
for (const n of [9, 10, 11]) downscales[`output.${n}`] = 1;
const layers: AttentionLayer[] = ids.map((id) => ({
  id,
  channels: 8,
  heads: 1,
  downscale: downscales[id] ?? downscales[id.split('.')[0]!] ?? 1,
}));
const select = (text: string) => selectAttentionLayers(text, layers);

describe('selectAttentionLayers', () => {
  it.each([
    ['6,7,8', ['output.6', 'output.7', 'output.8']],
    ['6-11', ['output.6', 'output.7', 'output.8', 'output.9', 'output.10', 'output.11']],
    ['8, 6 ,7,6', ['output.6', 'output.7', 'output.8']],
    ['output.10-11 middle', ['middle', 'output.10', 'output.11']],
    ['input.1-4', ['input.1', 'input.2', 'input.4']],
    ['output.9-output.10', ['output.9', 'output.10']],
    ['all', ids],
    ['styleid', ['output.6', 'output.7', 'output.8', 'output.9', 'output.10', 'output.11']],
  ])('reads %s', (text, expected) => expect(select(text)).toEqual(expected));

  it.each([
    '0',
    '12',
    'input.3',
    'output',
    'up.3',
    '6-',
    '-6',
    '11-6',
    'middle.0',
    '1e3',
    '__proto__',
    'x'.repeat(500),
  ])('refuses %s and lists what exists', (text) =>
    expect(() => select(text)).toThrow(/no self-attention layer .*input\.1, input\.2.*6-11/s),
  );

  it('refuses nothing at all', () => expect(() => select(' , ')).toThrow(/No attention layer is named/));
});
