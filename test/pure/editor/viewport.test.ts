import { shallowRef } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CanvasArea, Transform } from '../../../client/editor/canvas/canvasArea.ts';
import { fitView } from '../../../client/editor/canvas/fitView.ts';
import { createViewport, type Viewport } from '../../../client/editor/canvas/viewport.ts';

const bounds = { x: 0, y: 0, width: 3000, height: 1000 };
const workflow = { bounds, solid: [] };
const view = shallowRef<Transform>({ k: 1, x: 0, y: 0 });
let size: { width: number; height: number };
let viewport: Viewport;
/** The next picture on the screen. */
let frame: (() => void) | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  vi.stubGlobal('cancelAnimationFrame', () => (frame = undefined));
  vi.stubGlobal('requestAnimationFrame', (next: () => void) => {
    frame = next;
    return 1;
  });
  view.value = { k: 1, x: 0, y: 0 };
  size = { width: 900, height: 600 };
  const setTransform = (next: Transform): void => void (view.value = next);
  const area = { transform: view, setTransform } as Partial<CanvasArea> as CanvasArea;
  viewport = createViewport(area, () => size);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
  const next = frame;
  frame = undefined;
  next?.();
}
/** A line appears above the canvas. */
function banner(): void {
  size = { width: 900, height: 550 };
  viewport.relocated({ x: 0, y: 50 });
}

describe('a workflow that is shown whole', () => {
  it('is so once the view has come to rest, to the last digit', () => {
    viewport.show(() => workflow);
    pass(77);
    expect(view.value).not.toEqual(fitView(workflow, size));
    pass(500);
    expect(view.value).toEqual(fitView(workflow, size));
  });

  it('stays so when the canvas changes, also while the view still glides', () => {
    viewport.show(() => workflow);
    pass(77);
    banner();
    pass(500);
    expect(view.value).toEqual(fitView(workflow, size));
  });

  it('is not shown whole again after somebody moved the view', () => {
    viewport.show(() => workflow, false);
    view.value = { k: 0.5, x: 10, y: 80 };
    banner();
    expect(view.value).toEqual({ k: 0.5, x: 10, y: 30 });
  });
});
