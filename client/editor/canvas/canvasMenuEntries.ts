import { countItems } from '../core/itemIds.ts';
import type { Point } from '../core/rect.ts';
import { editorTexts } from '../editorTexts.ts';
import { groupColours, type GroupColour } from './groupColours.ts';
import type { Canvas } from './createCanvas.ts';

export interface MenuAction {
  readonly title: string;
  readonly keys?: string;
  readonly colour?: string;
  run(): void;
}
export type MenuEntry = MenuAction | 'line';

export interface MenuTarget {
  readonly kind: string | undefined;
  readonly id: string | undefined;
  readonly at: Point;
}

/** What can be done with what was clicked; the selection is already on it. */
export function canvasMenuEntries(canvas: Canvas, target: MenuTarget): MenuEntry[] {
  if (target.kind === undefined) return onEmpty(canvas, target.at);
  if (target.kind === 'link') return [remove(canvas, editorTexts.disconnect)];
  const own = target.kind === 'node' ? onNode(canvas, target.id!) : [];
  const colours = target.kind === 'group' ? onGroup(canvas, target.id!) : [];
  return [...own, ...colours, ...onItems(canvas)];
}

function onEmpty({ session }: Canvas, at: Point): MenuEntry[] {
  return [
    { title: editorTexts.addNode, keys: '/', run: () => session.openNodeSearch(at) },
    { title: editorTexts.addNote, run: () => session.addNote(at) },
    'line',
    { title: editorTexts.paste, keys: 'Ctrl V', run: () => void session.paste() },
    { title: editorTexts.selectAll, keys: 'Ctrl A', run: () => session.selectAll() },
    'line',
    { title: editorTexts.arrange, run: () => session.arrange() },
    { title: editorTexts.fit, keys: 'F', run: () => session.fit() },
  ];
}

function onItems(canvas: Canvas): MenuEntry[] {
  const { session } = canvas;
  const several: MenuEntry[] =
    session.selection.nodes.length > 1 ? [{ title: editorTexts.arrange, run: () => session.arrange() }] : [];
  const groupable: MenuEntry[] =
    session.selection.nodes.length + session.selection.notes.length > 0
      ? [{ title: editorTexts.group, keys: 'Ctrl G', run: () => session.groupSelection() }]
      : [];
  return [
    { title: editorTexts.copy, keys: 'Ctrl C', run: () => void session.copy() },
    { title: editorTexts.cut, keys: 'Ctrl X', run: () => void session.cut() },
    { title: editorTexts.duplicate, keys: 'Ctrl D', run: () => session.duplicate() },
    ...groupable,
    ...several,
    'line',
    remove(canvas, editorTexts.remove),
  ];
}

function onNode({ session }: Canvas, id: string): MenuEntry[] {
  if (countItems(session.selection) !== 1) return [];
  const node = session.document.nodes.find((candidate) => candidate.id === id);
  const collapsed = node?.collapsed ?? false;
  const fold = collapsed ? editorTexts.expand : editorTexts.collapse;
  return [
    { title: fold, run: () => session.execute({ kind: 'setCollapsed', node: id, collapsed: !collapsed }) },
    { title: editorTexts.resetParams, run: () => session.resetParams(id) },
    'line',
  ];
}

function onGroup({ session }: Canvas, group: string): MenuEntry[] {
  const names = Object.keys(groupColours) as GroupColour[];
  return [
    ...names.map((name): MenuAction => {
      return {
        title: editorTexts.groupColours[name],
        colour: groupColours[name],
        run: () => session.execute({ kind: 'setGroupColour', group, colour: name }),
      };
    }),
    'line',
  ];
}

function remove({ session }: Canvas, title: string): MenuAction {
  return { title, keys: 'Del', run: () => session.removeSelection() };
}
