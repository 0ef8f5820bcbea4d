import { describe, expect, it } from 'vitest';
import { byMethod } from '../../../client/models/byMethod.ts';
import { downloadText } from '../../../client/models/downloadText.ts';
import { hubRequest } from '../../../client/models/hubRequest.ts';
import { testDownload, testEntry } from './testModels.ts';

const GIGABYTE = 1024 ** 3;

describe('a download in a line', () => {
  it.each([
    [{ state: 'waiting', bytes: 0 }, 'Waiting'],
    [{ state: 'downloading', bytes: 0, total: 4 * GIGABYTE }, '0 B of 4.0 GB'],
    [
      { state: 'downloading', bytes: GIGABYTE, total: 4 * GIGABYTE, rate: 2 ** 20, secondsLeft: 3_072 },
      '1.0 GB of 4.0 GB, 1.0 MB/s, about 51 min left',
    ],
    [{ state: 'downloading', bytes: GIGABYTE }, '1.0 GB'],
    [{ state: 'checking', bytes: GIGABYTE, total: GIGABYTE }, 'Checking, 1.0 GB of 1.0 GB'],
    [{ state: 'failed', bytes: GIGABYTE, total: 4 * GIGABYTE, rate: 0 }, 'Failed, 1.0 GB of 4.0 GB'],
    [{ state: 'cancelled', bytes: 0 }, 'Stopped'],
  ] as const)('%o', (facts, text) => {
    expect(downloadText(testDownload(facts))).toBe(text);
  });
});

describe('what is asked of the hub', () => {
  it.each([
    [['owner/name', ''], { repository: 'owner/name' }],
    [
      [' owner/name ', ' vae/model.safetensors '],
      { repository: 'owner/name', file: 'vae/model.safetensors' },
    ],
    [['https://hub.example/owner/na.me-1/', ''], { repository: 'owner/na.me-1' }],
    [
      ['https://hub.example/owner/name/blob/main/a%20b/c.ckpt?download=true', ''],
      { repository: 'owner/name', file: 'a b/c.ckpt' },
    ],
    [
      ['https://hub.example/owner/name/resolve/fp16/c.ckpt', ''],
      { repository: 'owner/name', file: 'c.ckpt', revision: 'fp16' },
    ],
    [['https://hub.example/owner/name/tree/main/unet', ''], { repository: 'owner/name' }],
    [['owner', ''], undefined],
    [['', ''], undefined],
    [['owner/name/more', ''], undefined],
    [['owner/na me', ''], undefined],
    [['https://hub.example/owner/name/blob/main/%E0%A4%A', ''], undefined],
  ] as const)('%o', ([repository, file], request) => {
    expect(hubRequest(repository, file)).toEqual(request);
  });
});

it('the catalogue comes by method, in its order, with all that each needs', () => {
  const entries = [
    testEntry({ id: 'a', methods: ['StyleID', 'PHDiffusion'] }),
    testEntry({ id: 'b', methods: [] }),
    testEntry({ id: 'c', methods: ['PHDiffusion'] }),
  ];
  const ids = byMethod(entries).map(({ method, entries: inGroup }) => [method, inGroup.map(({ id }) => id)]);
  expect(ids).toEqual([
    ['StyleID', ['a']],
    ['PHDiffusion', ['a', 'c']],
    ['', ['b']],
  ]);
});
