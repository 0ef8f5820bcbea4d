import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';

export interface FreeMemory {
  /** Bytes that this process could still take without pushing anything out. */
  readonly free: number;
  /** What there is in all: of the machine, or what a container allows. */
  readonly limit: number;
}

/** Reads a system file; tests bring their own system. */
type Read = (path: string) => string | undefined;

/**
 * Memory that is free for this process: the machine's, and the container's where one is set (cgroup version 2 or 1). What
 * only caches files counts as free. Where the system does not say (all but Linux), what Node says.
 */
export function freeMemory(read: Read = readIfThere): FreeMemory {
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(read('/proc/meminfo') ?? '')?.[1] ?? NaN) * 1024;
  const available = kilobytes('MemAvailable');
  const machine = Number.isNaN(available)
    ? { free: freemem(), limit: totalmem() }
    : { free: available + (kilobytes('SwapFree') || 0), limit: kilobytes('MemTotal') };
  const container = containerMemory(read);
  return container && container.limit < machine.limit
    ? { free: Math.min(machine.free, container.free), limit: container.limit }
    : machine;
}

function containerMemory(read: Read): FreeMemory | undefined {
  const own = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  const candidates = [
    { folder: join('/sys/fs/cgroup', own), max: 'memory.max', used: 'memory.current' },
    { folder: '/sys/fs/cgroup', max: 'memory.max', used: 'memory.current' },
    { folder: '/sys/fs/cgroup/memory', max: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes' },
  ];
  for (const { folder, max, used } of candidates) {
    const limit = Number(read(join(folder, max)) ?? NaN);
    const current = Number(read(join(folder, used)) ?? NaN);
    if (Number.isNaN(limit) || Number.isNaN(current)) continue;
    const cached = [...(read(join(folder, 'memory.stat')) ?? '').matchAll(/^(?:in)?active_file (\d+)$/gm)];
    const reclaimable = cached.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    return { limit, free: Math.max(0, limit - current + reclaimable) };
  }
  return undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
