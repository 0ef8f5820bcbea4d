import { drawStrokes, type DrawAnswer, type DrawRequest } from './drawStrokes.ts';

/** Whole drawings take up to seconds: drawn here, they hold up nobody. */
addEventListener('message', ({ data }: MessageEvent<DrawRequest>) => {
  const answer: DrawAnswer = { id: data.id, pixels: drawStrokes(data) };
  postMessage(answer, { transfer: [answer.pixels.buffer] });
});
