import { beforeEach, describe, expect, it } from 'vitest';
import { DrawnMask } from '../../../client/masks/drawnMask.ts';
import type { MaskDrawing } from '../../../client/masks/maskDrawing.ts';
import type { MaskSettings } from '../../../client/masks/maskSettings.ts';
import { MaskTools } from '../../../client/masks/maskTools.ts';
import type { MaskOperation } from '../../../drawing/strokes.ts';

const size = { width: 100, height: 100 };
const at = (x: number, y: number, pressure = 1) => ({ x, y, pressure });
const plain = { inverse: false, straight: false };

let done: MaskOperation[];
let settings: MaskSettings;
let state: { busy: boolean; pointsLeft: number; refused: number };
let tools: MaskTools;

beforeEach(() => {
  done = [];
  state = { busy: false, pointsLeft: 1000, refused: 0 };
  const mask = new DrawnMask(size, new Uint8Array(100 * 100), []);
  const take = (operation: MaskOperation): void => void done.push(operation);
  const drawing = {
    mask,
    get busy() {
      return state.busy;
    },
    get pointsLeft() {
      return state.pointsLeft;
    },
    refuse: () => state.refused++,
    commit: take,
    keepPainted: take,
    cancelPainted: () => mask.cancel(),
  } as unknown as MaskDrawing;
  settings = {
    tool: 'brush',
    size: 10,
    hardness: 1,
    erases: false,
    grow: 4,
    feather: 8,
    view: 'tint',
    tint: '#ff00aa',
  };
  tools = new MaskTools({ drawing, settings, scale: () => 2, changed: () => undefined });
});

function click(x: number, y: number, how = plain): void {
  tools.press(at(x, y), how);
  tools.release();
}

describe('drawing by pointer', () => {
  it('makes one stroke of a drag, thinner where a pen is pressed less', () => {
    tools.press(at(10, 10, 0.25), plain);
    tools.move([at(20, 10.1, 0.5), at(20.1, 10.1, 0.5), at(30, 12, 1)]);
    tools.release();
    const points = '10,10,0.25 20,10,0.5 30,12,1';
    expect(done).toEqual([{ op: 'stroke', mode: 'add', radius: 5, hardness: 1, points }]);
  });

  it('goes straight on from the stroke before, and erases with Alt or the eraser', () => {
    click(10, 10);
    click(50, 10, { inverse: true, straight: true });
    settings.tool = 'eraser';
    click(50, 50);
    expect(done.slice(1)).toMatchObject([
      { mode: 'erase', points: '10,10,1 50,10,1' },
      { mode: 'erase', points: '50,50,1' },
    ]);
  });

  it('closes a polygon at its first corner, and a lasso when it is let go', () => {
    settings.tool = 'polygon';
    for (const [x, y] of [
      [10, 10],
      [40, 10],
      [40, 40],
      [12, 11],
    ]) {
      click(x!, y!);
    }
    settings.tool = 'lasso';
    settings.erases = true;
    tools.press(at(50, 50), plain);
    tools.move([at(50.2, 50)]);
    tools.move([at(60, 50)]);
    tools.move([at(60, 60)]);
    tools.release();
    expect(done).toEqual([
      { op: 'polygon', mode: 'add', points: '10,10 40,10 40,40' },
      { op: 'polygon', mode: 'erase', points: '50,50 60,50 60,60' },
    ]);
    expect(tools.outline.value).toEqual([]);
  });

  it('leaves no trace of what was broken off, of what encloses nothing, and while pixels are made', () => {
    tools.press(at(10, 10), plain);
    tools.cancel();
    tools.release();
    settings.tool = 'lasso';
    click(10, 10);
    settings.tool = 'brush';
    state.busy = true;
    click(10, 10);
    expect(done).toEqual([]);
  });
});

describe('a drawing without room', () => {
  it('is not drawn on, and says so before a stroke is begun', () => {
    state.pointsLeft = 0;
    click(10, 10);
    tools.act(false);
    expect([done, state.refused]).toEqual([[], 2]);
  });

  it('keeps what there is room for of a stroke and of an area', () => {
    state.pointsLeft = 3;
    for (const tool of ['brush', 'lasso'] as const) {
      settings.tool = tool;
      tools.press(at(10, 10), plain);
      for (const place of [at(30, 10), at(30, 30), at(10, 30), at(5, 20)]) tools.move([place]);
      tools.release();
    }
    expect(done).toMatchObject([{ points: '10,10,1 30,10,1 30,30,1' }, { points: '10,10 30,10 30,30' }]);
  });
});

describe('drawing by keys', () => {
  it('sets corners at the crosshair; the same place twice closes', () => {
    settings.tool = 'polygon';
    for (const [x, y] of [
      [10, 10],
      [40, 10],
      [40, 40],
      [40, 40],
    ]) {
      Object.assign(tools.cursor, { x, y });
      tools.act(false);
    }
    expect(done).toEqual([{ op: 'polygon', mode: 'add', points: '10,10 40,10 40,40' }]);
  });

  it('goes on where the pointer was, and closes what it began', () => {
    settings.tool = 'polygon';
    click(10, 10);
    click(40, 10);
    click(40.1, 39.8);
    expect(tools.cursor).toEqual({ x: 40, y: 40 });
    tools.act(false);
    expect(done).toMatchObject([{ points: '10,10 40,10 40,39.75' }]);
  });

  it('dabs and fills', () => {
    Object.assign(tools.cursor, { x: 7, y: 8 });
    tools.act(false);
    settings.tool = 'fill';
    tools.act(false);
    expect(done).toMatchObject([
      { op: 'stroke', points: '7,8,1' },
      { op: 'fill', mode: 'add', x: 7, y: 8 },
    ]);
  });
});
