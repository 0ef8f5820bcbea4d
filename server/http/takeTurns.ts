import type { RequestHandler } from 'express';

/**
 * A handler that works on so many requests at a time; the bodies of the others stay unread, so that their senders wait
 * and a flood of large uploads does not fill the memory. A request leaves when its answer has been sent.
 */
export function takeTurns(handler: RequestHandler, atOnce: number): RequestHandler {
  const waiting: (() => void)[] = [];
  let busy = 0;
  const admitNext = () => waiting.shift()?.();
  return (request, response, next) => {
    const begin = () => {
      // Its sender gave up while it waited.
      if (response.destroyed) return admitNext();
      busy++;
      response.once('close', () => {
        busy--;
        admitNext();
      });
      return handler(request, response, next);
    };
    if (busy < atOnce) void begin();
    else waiting.push(() => void begin());
  };
}
