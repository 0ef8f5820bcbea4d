import { describe, expect, it } from 'vitest';
import { tokenText } from '../../../client/editor/controls/tokenText.ts';
import { modelBehind } from '../../../client/editor/core/modelBehind.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const descriptions = describeNodes(nodeRegistry);
const nodes = {
  load: ['diffusion/load-model', { model: 'sd.ckpt' }],
  plain: ['diffusion/load-model'],
  prompt: ['diffusion/prompt'],
} as const;

describe('whose text encoder reads a prompt', () => {
  const behind = (...links: string[]) =>
    modelBehind({ document: toyDocument(nodes, links), descriptions }, { node: 'prompt', port: 'encoder' });

  it('is that of the model wired to it, or nobody knows', () => {
    expect(behind('load.text > prompt.encoder')).toBe('sd.ckpt');
    expect(behind('plain.text > prompt.encoder')).toBe('builtin');
    expect(behind()).toBeUndefined();
    expect(behind('gone.text > prompt.encoder')).toBeUndefined();
    expect(behind('prompt.conditioning > prompt.encoder')).toBeUndefined();
  });
});

describe('the length of a prompt', () => {
  it('counts start and end of each piece, and names what is cut', () => {
    const count = { room: 75, lost: 0, cut: '' };
    expect(tokenText({ ...count, words: 5, pieces: 1 })).toEqual({ text: '7 of 77 tokens', tooLong: false });
    expect(tokenText({ ...count, words: 80, pieces: 2 }).text).toBe('84 of 154 tokens, in 2 pieces');
    expect(tokenText({ ...count, words: 77, pieces: 1, lost: 2, cut: 'in snow' })).toEqual({
      text: '79 of 77 tokens. Cut off: in snow',
      tooLong: true,
    });
  });
});
