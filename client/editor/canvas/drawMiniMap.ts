import type { Rect } from '../core/rect.ts';
import type { Canvas } from './createCanvas.ts';

/** Where the map shows the workflow: map = canvas * scale + offset. */
export interface MapFrame {
  readonly seen: Rect;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Draws groups, nodes and the seen part. A plain canvas: hundreds of elements would cost every drag a frame. */
export function drawMiniMap(
  view: HTMLCanvasElement,
  { canvas, frame }: { readonly canvas: Canvas; readonly frame: MapFrame },
): void {
  const context = view.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio || 1;
  view.width = view.clientWidth * ratio;
  view.height = view.clientHeight * ratio;
  context.scale(ratio, ratio);
  const colours = themeColours(view);
  const { session, selectedNodes } = canvas;
  const box = (rect: Rect): [number, number, number, number] => [
    rect.x * frame.scale + frame.x,
    rect.y * frame.scale + frame.y,
    Math.max(2, rect.width * frame.scale),
    Math.max(2, rect.height * frame.scale),
  ];
  context.fillStyle = colours.group;
  for (const group of session.document.groups) context.fillRect(...box({ ...group.position, ...group.size }));
  for (const node of session.document.nodes) {
    const state = session.run?.nodes[node.id]?.state;
    const marked = selectedNodes.value.has(node.id) || state === 'running';
    context.fillStyle = state === 'failed' ? colours.danger : marked ? colours.accent : colours.node;
    context.fillRect(...box({ ...node.position, ...session.parts.state.sizeOf(node.id) }));
  }
  context.strokeStyle = colours.accent;
  context.strokeRect(...box(frame.seen));
}

function themeColours(view: HTMLElement): Record<'group' | 'node' | 'accent' | 'danger', string> {
  // A canvas cannot read light-dark(): let the browser resolve each through a real property.
  const probe = document.createElement('i');
  view.parentElement?.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    group: read('--surface-3'),
    node: read('--line-strong'),
    accent: read('--accent'),
    danger: read('--danger'),
  };
  probe.remove();
  return colours;
}
