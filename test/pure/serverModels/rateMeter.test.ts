import { expect, it } from 'vitest';
import { RateMeter } from '../../../server/models/download/rateMeter.ts';
import { sizeText } from '../../../server/models/sizeText.ts';

it('measures the last ten seconds, and tells how long the rest takes', () => {
  const meter = new RateMeter();
  expect([meter.rate, meter.secondsLeft(100)]).toEqual([undefined, undefined]);
  for (let second = 0; second <= 5; second++) meter.add(second * 1_000_000, second * 1000);
  expect([meter.rate, meter.secondsLeft(9_000_000)]).toEqual([1_000_000, 4]);
  for (let second = 6; second <= 40; second++) meter.add(5_000_000 + second * 100, second * 1000);
  expect(meter.rate).toBeCloseTo(100);
  expect(meter.secondsLeft(undefined)).toBeUndefined();
});

it('begins anew when the file is received anew', () => {
  const meter = new RateMeter();
  meter.add(5_000, 0);
  meter.add(0, 1000);
  meter.add(1_000, 2000);
  expect(meter.rate).toBe(1_000);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.00 kB'],
  [999_999, '1.00 MB'],
  [4_265_146_304, '4.27 GB'],
  [12_345_678, '12.3 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
