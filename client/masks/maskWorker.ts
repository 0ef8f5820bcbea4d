import { drawStrokes, type Drawn, type DrawRequest } from './drawStrokes.ts';

export interface DrawMessage extends DrawRequest {
  readonly id: number;
}
export interface DrawAnswer extends Drawn {
  readonly id: number;
}

/** Whole drawings take up to seconds: drawn here, they hold up nobody. */
addEventListener('message', ({ data }: MessageEvent<DrawMessage>) => {
  const answer: DrawAnswer = { id: data.id, ...drawStrokes(data) };
  postMessage(answer, { transfer: [answer.pixels.buffer] });
});
