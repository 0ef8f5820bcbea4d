import type { Drawn, DrawRequest } from './drawStrokes.ts';
import type { DrawAnswer, DrawMessage } from './maskWorker.ts';

/** Whoever draws should not wait for small pictures elsewhere. */
type Lane = 'editor' | 'thumbnails';

interface Waiting {
  readonly resolve: (drawn: Drawn) => void;
  readonly reject: (error: Error) => void;
}
interface LaneWork {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

const lanes = new Map<Lane, LaneWork>();
let requests = 0;

/** Starts what draws, so that the first thing to be drawn does not wait for it. */
export function prepareDrawing(lane: Lane): void {
  workOf(lane);
}

/** Draws all strokes beside the page's own work, on a copy of the start; rejects when that fails (no memory, for example). */
export function drawAside(request: DrawRequest, lane: Lane): Promise<Drawn> {
  const { worker, waiting } = workOf(lane);
  const message: DrawMessage = { id: ++requests, ...request };
  return new Promise((resolve, reject) => {
    waiting.set(message.id, { resolve, reject });
    worker.postMessage(message, []);
  });
}

function workOf(lane: Lane): LaneWork {
  const known = lanes.get(lane);
  if (known) return known;
  const worker = new Worker(new URL('./maskWorker.ts', import.meta.url), { type: 'module' });
  const waiting: LaneWork['waiting'] = new Map();
  worker.addEventListener('message', ({ data }: MessageEvent<DrawAnswer>) => {
    waiting.get(data.id)?.resolve(data);
    waiting.delete(data.id);
  });
  // Which of them has failed is not told, and what comes after it may not be answered either.
  worker.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    lanes.delete(lane);
    worker.terminate();
  });
  const work = { worker, waiting };
  lanes.set(lane, work);
  return work;
}
