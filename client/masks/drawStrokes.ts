import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import { joinRegions, type Region } from '../../drawing/region.ts';
import type { Strokes } from '../../drawing/strokes.ts';

export interface DrawRequest {
  readonly strokes: Strokes;
  /** What the drawing starts with, of its size; empty without it. */
  readonly start?: Uint8Array | undefined;
}
export interface Drawn {
  /** One byte a pixel. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Where they are others than those of the start; undefined = nowhere. */
  readonly changed: Region | undefined;
}

/** All of a drawing; draws on `start` itself. */
export function drawStrokes({ strokes, start }: DrawRequest): Drawn {
  const canvas = new MaskCanvas(strokes, start);
  let changed: Region | undefined;
  for (const operation of strokes.ops) changed = joinRegions(changed, canvas.apply(operation));
  return { pixels: canvas.data as Uint8Array<ArrayBuffer>, changed };
}
