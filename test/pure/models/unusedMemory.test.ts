import { expect, it } from 'vitest';
import { unusedMemory } from '../../../models/runtime/unusedMemory.ts';

it('counts what released sessions left to the next one, and nothing that is in use', () => {
  const usage = { rss: 5e9, heapTotal: 0.2e9, external: 0.55e9 };
  expect(unusedMemory(0, usage)).toBe(4e9);
  expect(unusedMemory(3.5e9, usage)).toBe(0.5e9);
  expect(unusedMemory(4.5e9, usage)).toBe(0);
});
