import { expect, it } from 'vitest';
import { textPrinter } from '../../../server/cli/commands/runPrinter.ts';
import type { NodeRecord } from '../../../server/protocol/runs.ts';
import { toyDocument } from '../engine/toyNodes.ts';

function printed(record: NodeRecord): string {
  let text = '';
  const printer = textPrinter((part) => void (text += part), false);
  printer.begin(toyDocument({ features: ['harmonise/adaptive-encoder'] }, []), []);
  printer.message({ kind: 'node', run: 'r', node: 'features', record });
  return text;
}

it('the command line says what a node has to say about its values, also when nothing had to be done', () => {
  const notes = { rounded: '180 became 184', warning: 'The mask selects nothing', size: '184 x 128' };
  const remarks = 'features: 180 became 184.\nfeatures: The mask selects nothing.\n';
  expect(printed({ state: 'done', milliseconds: 20, notes })).toBe(`features: done in 0.02 s\n${remarks}`);
  expect(printed({ state: 'cached', notes })).toBe(`features: unchanged, taken from the cache\n${remarks}`);
  expect(printed({ state: 'running', notes })).toBe('features ...\n');
});
