import { describe, expect, it } from 'vitest';
import { wiredValue } from '../../../client/pictures/wiredValue.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const descriptions = describeNodes(nodeRegistry);
const x = { node: 'place', port: 'x' };
const numbers = {
  first: ['values/number', { value: 40 }],
  second: ['values/number', { value: 7 }],
  plain: ['values/number'],
  place: ['image/composite', { x: 3 }],
} as const;
const valueWith = (...links: string[]) =>
  wiredValue({ document: toyDocument(numbers, links), descriptions }, x);

describe('the value that is wired to a parameter', () => {
  it('is that of the Number it comes from, however many hand it on', () => {
    expect(valueWith('first.number > place.x')).toBe(40);
    expect(valueWith('second.number > place.x', 'first.number > second.value')).toBe(40);
    expect(valueWith('plain.number > place.x')).toBe(1);
  });

  it('is unknown when nothing is wired, what is wired is computed, or goes in a circle', () => {
    expect(valueWith()).toBeUndefined();
    expect(valueWith('place.image > place.x')).toBeUndefined();
    const circle = ['second.number > place.x', 'first.number > second.value', 'second.number > first.value'];
    expect(valueWith(...circle)).toBeUndefined();
  });
});
