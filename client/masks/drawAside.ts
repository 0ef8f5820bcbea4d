import type { DrawAnswer, DrawRequest } from './drawStrokes.ts';

/** Whoever draws should not wait for small pictures elsewhere. */
type Lane = 'editor' | 'thumbnails';

const workers = new Map<Lane, Worker>();
let requests = 0;
const waiting = new Map<number, (pixels: Uint8Array) => void>();

/** Draws all strokes beside the page's own work; rejects when that fails (no memory, for example). */
export function drawAside(request: Omit<DrawRequest, 'id'>, lane: Lane): Promise<Uint8Array> {
  const worker = workers.get(lane) ?? startWorker();
  workers.set(lane, worker);
  const id = ++requests;
  return new Promise((resolve, reject) => {
    const failed = (event: ErrorEvent): void => reject(new Error(event.message));
    worker.addEventListener('error', failed, { once: true });
    waiting.set(id, (pixels) => {
      worker.removeEventListener('error', failed);
      resolve(pixels);
    });
    const message: DrawRequest = { id, ...request };
    worker.postMessage(message, []);
  });
}

function startWorker(): Worker {
  const made = new Worker(new URL('./maskWorker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data }: MessageEvent<DrawAnswer>) => {
    waiting.get(data.id)?.(data.pixels);
    waiting.delete(data.id);
  });
  return made;
}
