import type { Ref } from 'vue';
import type { Stage } from '../pictures/useStage.ts';
import { nextBrushSize, type MaskSettings } from './maskSettings.ts';
import type { MaskDrawing } from './maskDrawing.ts';
import type { MaskTools } from './maskTools.ts';

export interface MaskKeyParts {
  readonly drawing: Pick<MaskDrawing, 'commit' | 'mask'>;
  readonly settings: MaskSettings;
  readonly tools: Pick<
    MaskTools,
    'outline' | 'cursor' | 'byKeys' | 'act' | 'closeOutline' | 'dropCorner' | 'dropOutline'
  >;
  readonly stage: Pick<Stage, 'zoomBy' | 'fit' | 'actual' | 'reveal'>;
  readonly original: Ref<boolean>;
  readonly panning: Ref<boolean>;
}
type Action = (parts: MaskKeyParts) => void;

const takes =
  (tool: MaskSettings['tool']): Action =>
  ({ settings, tools }) => {
    settings.tool = tool;
    tools.dropOutline();
  };
const resizes =
  (way: 1 | -1): Action =>
  ({ settings }) => {
    settings.size = nextBrushSize(settings.size, way);
  };
const larger: Action = ({ stage }) => stage.zoomBy(1.25);

const anywhere: Readonly<Record<string, Action>> = {
  b: takes('brush'),
  e: takes('eraser'),
  p: takes('polygon'),
  l: takes('lasso'),
  g: takes('fill'),
  '[': resizes(-1),
  ']': resizes(1),
  x: ({ settings }) => {
    settings.erases = !settings.erases;
  },
  i: ({ drawing }) => drawing.commit({ op: 'invert' }),
  delete: ({ drawing }) => drawing.commit({ op: 'clear' }),
  m: ({ settings }) => {
    settings.view = settings.view === 'mask' ? 'tint' : 'mask';
  },
  o: ({ original }) => {
    original.value = true;
  },
  '+': larger,
  '=': larger,
  '-': ({ stage }) => stage.zoomBy(1 / 1.25),
  '0': ({ stage }) => stage.fit(),
  '1': ({ stage }) => stage.actual(),
};

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Does what a key stands for in the mask editor; answers whether it stands for something. */
export function maskKey(event: KeyboardEvent, parts: MaskKeyParts): boolean {
  const { tools, panning } = parts;
  const onStage = event.target instanceof Element && event.target.closest('[data-stage]') !== null;
  if (onStage && arrows[event.key]) return moveCursor(event, arrows[event.key]!, parts);
  // On many keyboards brackets need it.
  const graph = event.getModifierState('AltGraph');
  if ((event.altKey && !graph) || event.metaKey) return false;
  if (onStage && event.key === 'Enter') {
    if (event.ctrlKey) tools.closeOutline();
    else tools.act(event.shiftKey);
    return true;
  }
  if (event.ctrlKey && !graph) return false;
  if (onStage && event.key === ' ') return (panning.value = true);
  if (event.key === 'Backspace' && tools.outline.value.length > 0) {
    tools.dropCorner();
    return true;
  }
  const action = anywhere[event.key.toLowerCase()];
  // A key that is held down repeats: that is meant for sizes and zoom only.
  if (!action || (event.repeat && !'[]+-='.includes(event.key))) return action !== undefined;
  action(parts);
  return true;
}

function moveCursor(
  event: KeyboardEvent,
  [dx, dy]: readonly [number, number],
  { drawing, tools, stage }: MaskKeyParts,
): boolean {
  const size = drawing.mask?.canvas;
  if (!size) return false;
  const { cursor, byKeys } = tools;
  const step = event.ctrlKey ? 100 : event.shiftKey ? 10 : 1;
  const within = (value: number, limit: number): number => Math.min(limit, Math.max(0, value));
  Object.assign(cursor, {
    x: within(cursor.x + dx * step, size.width),
    y: within(cursor.y + dy * step, size.height),
  });
  byKeys.value = true;
  stage.reveal(cursor);
  return true;
}
