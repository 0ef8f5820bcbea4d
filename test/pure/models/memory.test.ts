import { expect, it } from 'vitest';
import { checkMemory } from '../../../models/catalog/checkMemory.ts';
import { heldInHalf } from '../../../models/catalog/heldInHalf.ts';
import { freeMemory } from '../../../models/runtime/freeMemory.ts';
import type { ElementType } from '../../../models/graph/elementType.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

/** Stable Diffusion's UNet by its size. */
const unet = (dtype: ElementType): WeightSource => ({
  title: 'sd.ckpt',
  tensors: new Map([['all', { dtype, shape: [860, 1_000_000] }]]),
  read: () => Promise.reject(new Error('not before there is room')),
});

it('says what a model needs, what is free, and that half precision would do', () => {
  expect(() => checkMemory(unet('float32'), 'float32', { free: 3e9, limit: 4e9 })).toThrow(
    'sd.ckpt needs 3.8 GB of memory, and 3.0 GB of 4.0 GB are free. In half precision it needs 2.1 GB: start Impasto with --precision float16.',
  );
  checkMemory(unet('float16'), 'float32', { free: 3e9, limit: 4e9 });
  checkMemory(unet('float32'), 'float32', { free: 4e9, limit: 4e9 });
});

it('holds a large network as its file does, and a small one as it computes', () => {
  expect(heldInHalf(unet('float16'), 'float32')).toBe(true);
  expect(heldInHalf(unet('bfloat16'), 'float32')).toBe(true);
  expect(heldInHalf(unet('float32'), 'float32')).toBe(false);
  expect(heldInHalf(unet('float32'), 'float16')).toBe(true);
  const small = new Map([['w', { dtype: 'float16', shape: [1e6] } as const]]);
  expect(heldInHalf({ ...unet('float16'), tensors: small }, 'float32')).toBe(false);
});

it('does not offer what would not help either', () => {
  const tight = { free: 1e9, limit: 2e9 };
  for (const precision of ['float32', 'float16'] as const)
    expect(() => checkMemory(unet('float32'), precision, tight)).toThrow(
      'are free. Close other programs, or give it',
    );
});

it('opens a small network whatever is free', () => {
  const small = {
    ...unet('float32'),
    tensors: new Map([['w', { dtype: 'float32', shape: [1e6] } as const]]),
  };
  expect(() => checkMemory(small, 'float32', { free: 0, limit: 1e9 })).not.toThrow();
});

const meminfo =
  'MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:   8000000 kB\nSwapFree:  1000000 kB\n';
const system = (files: Record<string, string>) => (path: string) => files[path];

it('counts the memory of the machine, or what a container leaves of it', () => {
  expect(freeMemory(system({ '/proc/meminfo': meminfo }))).toEqual({
    free: 9_216_000_000,
    limit: 16_384_000_000,
  });
  const container = {
    '/proc/meminfo': meminfo,
    '/proc/self/cgroup': '0::/box\n',
    '/sys/fs/cgroup/box/memory.max': '4000000000\n',
    '/sys/fs/cgroup/box/memory.current': '3000000000\n',
    '/sys/fs/cgroup/box/memory.stat': 'anon 5\ninactive_file 500000000\nactive_file 200000000\n',
  };
  expect(freeMemory(system(container))).toEqual({ free: 1_700_000_000, limit: 4e9 });
  const unlimited = { ...container, '/sys/fs/cgroup/box/memory.max': 'max\n' };
  expect(freeMemory(system(unlimited)).limit).toBe(16_384_000_000);
});
