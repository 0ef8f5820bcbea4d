import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PickleError } from '../../../models/weights/pickle/pickleError.ts';
import {
  PickleDict,
  PickleObject,
  PickleSequence,
  type PickleValue,
} from '../../../models/weights/pickle/pickleValue.ts';
import { readPickle } from '../../../models/weights/pickle/readPickle.ts';
import { join, type Part } from '../../helpers/torchFiles.ts';

const read = (...parts: Part[]): PickleValue => readPickle(join(...parts)).value;
const list = (value: PickleValue): PickleValue[] => (value as PickleSequence).items;

function failureOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('reading a pickle', () => {
  it('reads numbers of every protocol', () => {
    const numbers = ['I42\n', 'I01\n', 'L-7L\n', 'F2.5\n', 'K\x05', 'M\x01\x02', 'J\xff\xff\xff\xff'];
    expect(list(read('(', ...numbers, '\x8a\x02\x00\xff', '\x8a\x00', '\x88\x89Nl.'))).toEqual([
      42,
      true,
      -7,
      2.5,
      5,
      513,
      -1,
      -256,
      0,
      true,
      false,
      null,
    ]);
    expect(read('\x8a\x09', [0, 0, 0, 0, 0, 0, 0, 0, 1], '.')).toBe(2n ** 64n);
  });

  it('reads texts and bytes of every protocol', () => {
    expect(list(read("(S'a b'\nU\x01cV\xc3\xa9\n\x8c\x02deX\x01\x00\x00\x00fl."))).toEqual([
      'a b',
      'c',
      'é',
      'de',
      'f',
    ]);
    expect(read('C\x02\x01\x02.')).toEqual(Uint8Array.of(1, 2));
    // Not UTF-8: a byte string of Python 2.
    expect(read('U\x01\xe9.')).toBe('é');
  });

  it('makes a dict of what Python 2 wrote as a call with pairs', () => {
    const pairs = read('ccollections\nOrderedDict\n(((U\x01aK\x01l(U\x01bK\x02lltR.') as PickleDict;
    expect([...pairs]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('never calls anything: calls are records of what was asked for', () => {
    const asked = read("cos\nsystem\n(S'touch /tmp/harm'\ntR.") as PickleObject;
    expect(asked.typeName).toBe('os.system');
    expect(list(asked.args)).toEqual(['touch /tmp/harm']);
    expect((read('\x80\x04\x8c\x02os\x8c\x06system\x93)R.') as PickleObject).typeName).toBe('os.system');
    expect((read("(S'x'\nios\nsystem\n.") as PickleObject).typeName).toBe('os.system');
    const built = read('c__main__\nThing\n)\x81}U\x01aK\x01sb.') as PickleObject;
    expect([...(built.state as PickleDict)]).toEqual([['a', 1]]);
  });

  it('reads values that refer to themselves, and doublings, without unfolding them', () => {
    const loop = read(']q\x00h\x00a.') as PickleSequence;
    expect(loop.items[0]).toBe(loop);
    const doubled = Array.from({ length: 200 }, (_, i) => join('q', [i], 'h', [i], '\x86')).flatMap(
      (part) => [part],
    );
    expect(read('K\x01', ...doubled, '.')).toBeInstanceOf(PickleSequence);
  });

  it.each<[string, string]>([
    ['X\xff\xff\xff\x7fabc.', '2147483647 bytes are claimed'],
    ['\x8e\xff\xff\xff\xff\xff\xff\xff\xffabc.', 'a length of'],
    ['T\xff\xff\xff\xffabc.', 'a length of -1'],
    ['h\x05.', 'recalls value 5'],
    ['t.', 'mark that was never set'],
    ['R.', 'more values than there are'],
    ['K\x01K\x02a.', 'no list'],
    ['K\x01K\x02K\x03s.', 'no dict'],
    ['}(K\x01u.', 'without a value'],
    ['\x82\x01.', 'no instruction that is known'],
    ['K\x01', 'there is no end'],
    ['cos\nsys', 'has no end'],
    ['\x8b\xff\xff\xff\x7f', 'an integer of'],
  ])('says what is wrong with %j', (bytes, message) => {
    expect(() => read(bytes)).toThrow(PickleError);
    expect(() => read(bytes)).toThrow(message);
  });

  it('never fails with anything but a PickleError', () => {
    const code = fc.constantFrom(
      ...'().012FIJKLMNPQRSTUVXabcdeghijlopqrstu}]GBC'.split(''),
      ...'\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\n',
    );
    const bytes = fc.array(
      fc.oneof(
        code,
        fc.string({ maxLength: 3 }),
        fc.nat(255).map((byte) => String.fromCharCode(byte)),
      ),
    );
    fc.assert(
      fc.property(bytes, (parts) => {
        expect(failureOf(() => readPickle(join(...parts)))).toBeOneOf([undefined, expect.any(PickleError)]);
      }),
      { numRuns: 3000 },
    );
  });
});
