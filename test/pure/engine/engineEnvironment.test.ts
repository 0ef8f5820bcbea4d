import { expect, it } from 'vitest';
import { engineEnvironment } from '../../../server/engine/engineEnvironment.ts';

it('an engine keeps freed memory for the next weights, unless the person decided otherwise', () => {
  const own = { PATH: '/bin', MALLOC_TRIM_THRESHOLD_: '0' };
  expect(engineEnvironment(own)).toEqual({ ...own, MALLOC_MMAP_THRESHOLD_: `${64 * 1024 * 1024}` });
});
