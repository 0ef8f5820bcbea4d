import { describe, expect, it } from 'vitest';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { rollSeeds } from '../../../workflows/schema/rollSeeds.ts';
import { testDocument, testNode } from '../editor/workbench.ts';

const descriptions = describeNodes(nodeRegistry);
const seed = (id: string, fresh?: boolean) => ({
  ...testNode(id, 'values/seed'),
  params: { seed: '22', ...(fresh !== undefined && { fresh }) },
});
const roll = (document = testDocument([seed('a', true), seed('b', false), seed('c')]), kept: string[] = []) =>
  rollSeeds(document, { descriptions, kept: new Set(kept), draw: () => '7' });

describe('seeds that change on each run', () => {
  it('are drawn, and recorded as fixed', () => {
    expect(roll().nodes.map(({ params }) => params)).toEqual([
      { seed: '7', fresh: false },
      { seed: '22', fresh: false },
      { seed: '22' },
    ]);
  });

  it('stay when they were asked for', () => {
    expect(roll(testDocument([seed('a', true)]), ['a.seed']).nodes[0]!.params).toEqual({
      seed: '22',
      fresh: false,
    });
  });

  it('leave a workflow without them as it is', () => {
    const document = testDocument([seed('a')]);
    expect(roll(document)).toBe(document);
  });
});
