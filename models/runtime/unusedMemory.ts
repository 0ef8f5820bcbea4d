/** What a Node process with its libraries takes before it has opened anything. */
const PROGRAM = 0.25e9;

/**
 * Bytes that this process holds and nobody uses: what the memory allocator keeps of sessions that were released, for the
 * next one to take (see engineEnvironment). `inSessions` is what open sessions hold.
 */
export function unusedMemory(
  inSessions: number,
  { rss, heapTotal, external }: Omit<NodeJS.MemoryUsage, 'arrayBuffers' | 'heapUsed'> = process.memoryUsage(),
): number {
  return Math.max(0, rss - heapTotal - external - inSessions - PROGRAM);
}
