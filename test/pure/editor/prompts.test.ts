import { describe, expect, it } from 'vitest';
import { tokenText } from '../../../client/editor/controls/tokenText.ts';
import { modelBehind, type DescribedWorkflow } from '../../../workflows/schema/modelBehind.ts';
import { promptTokens } from '../../../client/editor/core/promptTokens.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const descriptions = describeNodes(nodeRegistry);
const nodes = {
  load: ['diffusion/load-model', { model: 'sd.ckpt' }],
  plain: ['diffusion/load-model'],
  prompt: ['diffusion/prompt', { prompt: 'a fox' }],
  text: ['values/text', { text: 'a lake' }],
} as const;
const scope = (links: string[]): DescribedWorkflow => ({ document: toyDocument(nodes, links), descriptions });

describe('whose text encoder reads a prompt', () => {
  const behind = (...links: string[]) => modelBehind(scope(links), { node: 'prompt', port: 'encoder' });

  it('is that of the model wired to it, or nobody knows', () => {
    expect(behind('load.text > prompt.encoder')).toBe('sd.ckpt');
    expect(behind('plain.text > prompt.encoder')).toBe('builtin');
    expect(behind()).toBeUndefined();
    expect(behind('gone.text > prompt.encoder')).toBeUndefined();
    expect(behind('prompt.conditioning > prompt.encoder')).toBeUndefined();
  });
});

describe('what is counted of a prompt', () => {
  const parameter = descriptions.get('diffusion/prompt')!.parameters.find(({ tokens }) => tokens)!;
  const asked = (...links: string[]) => promptTokens(scope(links), 'prompt', parameter);

  it('is what is written in it, for the encoder that reads it', () => {
    expect(asked('load.text > prompt.encoder')).toEqual({
      prompt: 'a fox',
      long: 'pieces',
      model: 'sd.ckpt',
    });
    expect(asked()).toEqual({ prompt: 'a fox', long: 'pieces' });
  });

  it('is nothing of what is too long for a prompt', () => {
    const long = { prompt: ['diffusion/prompt', { prompt: 'x'.repeat(20_001) }] } as const;
    const document = toyDocument(long, []);
    expect(promptTokens({ document, descriptions }, 'prompt', parameter)).toBeUndefined();
  });

  it('follows a link to the text at its other end, and is nothing where a node makes it', () => {
    expect(asked('text.text > prompt.prompt')).toEqual({ prompt: 'a lake', long: 'pieces' });
    expect(asked('load.info > prompt.prompt')).toBeUndefined();
    expect(asked('gone.text > prompt.prompt')).toBeUndefined();
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
