import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import type { Strokes } from '../../drawing/strokes.ts';

export interface DrawRequest {
  readonly id: number;
  readonly strokes: Strokes;
  /** What the drawing starts with, of its size; empty without it. */
  readonly start?: Uint8Array | undefined;
}
export interface DrawAnswer {
  readonly id: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** All of a drawing: one byte a pixel. */
export function drawStrokes({ strokes, start }: Omit<DrawRequest, 'id'>): Uint8Array<ArrayBuffer> {
  const canvas = new MaskCanvas(strokes, start?.slice());
  for (const operation of strokes.ops) canvas.apply(operation);
  return canvas.data as Uint8Array<ArrayBuffer>;
}
