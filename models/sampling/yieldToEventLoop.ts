/** Lets timers, sockets and cancel messages in: a session's run() holds the thread for whole steps. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
