import { describe, expect, it } from 'vitest';
import { isLayersText } from '../../../client/editor/controls/layersText.ts';
import {
  clampToStep,
  dragRate,
  formatNumber,
  parseNumber,
  rangeText,
  stepOf,
} from '../../../client/editor/controls/numberFormat.ts';
import { durationText, waitText } from '../../../client/editor/node/durationText.ts';

const gamma = { control: 'slider', min: 0, max: 1 } as const;
const wide = { control: 'number', min: -1e6, max: 1e6 } as const;
const steps = { control: 'integer', min: 1, max: 1000, step: 1 } as const;

describe('numbers', () => {
  it('step by a round part of their range, or of their own magnitude where the range is no help', () => {
    expect(stepOf(gamma)).toBeCloseTo(0.01);
    expect(stepOf(steps)).toBe(1);
    expect([0, 0.5, 1, 20, -3000].map((value) => stepOf(wide, value))).toEqual([0.1, 0.01, 0.1, 1, 1]);
    expect(stepOf({ control: 'number' })).toBe(0.1);
  });

  it('are dragged finely enough to be set', () => {
    expect(dragRate(gamma, 0.5, 200)).toBe(1 / 200);
    expect(dragRate(steps, 20, 200)).toBeLessThan(0.5);
    for (const value of [1, 50, 512]) expect(dragRate(wide, value, 200)).toBeLessThan(value / 5);
  });

  it('have limits worth telling, or none', () => {
    expect(rangeText({ ...steps, unit: 'px' })).toBe('1 to 1000 px');
    expect(rangeText(wide)).toBe('');
  });

  it('keep to the step and the limits; fine steps are a tenth', () => {
    expect(clampToStep(0.1 + 0.2, gamma)).toBe(0.3);
    expect(clampToStep(0.3456, gamma)).toBe(0.35);
    expect(clampToStep(0.3456, gamma, 0.001)).toBe(0.346);
    expect(clampToStep(7, gamma)).toBe(1);
    expect(clampToStep(12.4, steps, 0.1)).toBe(12);
  });

  it('are read with a point or a comma, and not read when they are none', () => {
    expect(parseNumber(' 0,25 ', gamma)).toEqual({ value: 0.25 });
    expect(parseNumber('1e-1', gamma)).toEqual({ value: 0.1 });
    for (const text of ['', 'NaN', 'Infinity', 'abc']) expect(parseNumber(text, gamma)).toBeUndefined();
  });

  it('tell why they are not what was typed', () => {
    expect(parseNumber('50.6', steps)).toEqual({ value: 51, because: 'whole' });
    expect(parseNumber('-3', gamma)).toEqual({ value: 0, because: 'min' });
    const size = { control: 'integer', min: 8, max: 4096, step: 8 } as const;
    expect(parseNumber('250', size)).toEqual({ value: 250, because: 'step' });
    expect(parseNumber('256', size)).toEqual({ value: 256 });
    expect(parseNumber('9999', steps)).toEqual({ value: 1000, because: 'max' });
  });

  it('are shown with the decimals of their step, or all that they have', () => {
    expect(formatNumber(0.5, gamma)).toBe('0.50');
    expect(formatNumber(0.123456, gamma)).toBe('0.123456');
    expect(formatNumber(50, steps)).toBe('50');
  });
});

describe('layers', () => {
  it.each(['6-11', '6,7,8', 'output.6', 'input.1-4', 'middle, all', 'output.6-output.11'])('%s', (text) => {
    expect(isLayersText(text)).toBe(true);
  });
  it.each(['', ' , ', 'six', '6-', 'middle.1', '6--7'])('not "%s"', (text) => {
    expect(isLayersText(text)).toBe(false);
  });
});

describe('times', () => {
  it('are told as people do', () => {
    expect([0.2, 340, 1_234, 12_345, 59_700, 65_000, 3_599_700, 7_810_000].map(durationText)).toEqual([
      '<1 ms',
      '340 ms',
      '1.2 s',
      '12 s',
      '1 min',
      '1 min 5 s',
      '1 h',
      '2 h 10 min',
    ]);
    const waits = ['1 s', '1 s', '8 s', '59 s', '2 min', '1 h', '2 h 10 min'];
    expect([0, 0.2, 8.4, 59.4, 109, 3_590, 7_790].map(waitText)).toEqual(waits);
  });
});
