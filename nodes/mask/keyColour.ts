import type { Rgb } from '../../models/image/colourDistance.ts';
import { NodeError } from '../contract/nodeError.ts';

/** A colour as it is written, `#00ff00` or `#0f0`; undefined when nothing is. Throws NodeError `bad-parameter` naming `colour`. */
export function keyColour(written: string): Rgb | undefined {
  const text = written.trim();
  if (text === '') return undefined;
  const digits = /^#?((?:[0-9a-f]{3}){1,2})$/i.exec(text)?.[1];
  if (digits === undefined) {
    const message = `The key colour must be six or three hexadecimal digits like #00ff00 or #0f0, found "${written.slice(0, 40)}".`;
    throw new NodeError('bad-parameter', message, 'colour');
  }
  const level = (channel: number): number => {
    const each = digits.length / 3;
    return parseInt(digits.slice(channel * each, (channel + 1) * each).padEnd(2, digits[channel]), 16);
  };
  return [level(0), level(1), level(2)];
}

/** `#00ff00` */
export function hexOf(colour: Rgb): string {
  return `#${colour.map((level) => level.toString(16).padStart(2, '0')).join('')}`;
}
