import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Cores that this process may use, hyper-threads not counted: two threads of one core share its arithmetic units, so
 * one thread per core is fastest for matrix products. Where the system does not tell (all but Linux), logical ones.
 */
export function physicalCores(): number {
  const allowed = availableParallelism();
  const cores = new Set<string>();
  for (let cpu = 0; cpu < cpus().length; cpu++) {
    try {
      cores.add(readFileSync(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'utf8'));
    } catch {
      return allowed;
    }
  }
  return Math.max(1, Math.min(allowed, cores.size));
}
