import { describe, expect, it } from 'vitest';
import { nodeRegistry } from '../../../nodes/index.ts';
import { readOverrides } from '../../../server/cli/commands/readOverrides.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import type { Library } from '../../../server/runs/library.ts';
import type { FileStore } from '../../../server/storage/fileStore.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const library = { nodes: describeNodes(nodeRegistry) } as unknown as Library;
const workflow = toyDocument({ draw: ['mask/draw'] }, []);
const read = (word: string) => readOverrides([word], workflow, { library, files: {} as FileStore });

describe('a drawing on the command line', () => {
  it('is JSON', async () => {
    const drawing = { width: 8, height: 8, ops: [{ op: 'all' }] };
    const { values, problems } = await read(`draw.strokes=${JSON.stringify(drawing)}`);
    expect(values).toEqual({ 'draw.strokes': drawing });
    expect(problems).toEqual([]);
  });

  it('is told to be JSON when it is none', async () => {
    await expect(read('draw.strokes=mask.png')).rejects.toThrow(
      '"--set draw.strokes=mask.png" must be a drawing in JSON',
    );
  });
});
