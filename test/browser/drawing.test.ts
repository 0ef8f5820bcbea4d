import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { decodePicture } from '../../models/image/decodePicture.ts';
import type { Picture } from '../../models/image/picture.ts';
import { runRecordSchema, type RunRecord } from '../../server/protocol/runs.ts';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { runProgram } from '../server/fixtures/program.ts';
import { toyDocument } from '../pure/engine/toyNodes.ts';
import { gone, seen, ShellPage } from './shellPage.ts';

/** A mask drawn over one picture says what of it is placed on another. */
const workflow = toyDocument(
  {
    back: ['image/load', { image: 'sample:lake.jpg' }],
    fruit: ['image/load', { image: 'sample:fruit.jpg' }],
    small: ['image/resize', { width: 256, height: 256 }],
    draw: ['mask/draw'],
    place: ['image/composite'],
    result: ['image/save'],
  },
  [
    'fruit.image > small.image',
    'small.image > draw.image',
    'small.image > place.cutout',
    'draw.mask > place.mask',
    'back.image > place.background',
    'place.image > result.image',
  ],
);

let app: RunningApp;
let shell: ShellPage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-draw-'));
  app = await startApp();
  shell = new ShellPage(app.page);
  await shell.ready();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (): Promise<void> => shell.openDocument({ ...workflow, title: 'Drawn' });
async function edit(name: 'Edit mask' | 'Place cut-out'): Promise<{ dialog: Locator; stage: Locator }> {
  const node = app.page.locator(`[data-item=node][data-id=${name === 'Edit mask' ? 'draw' : 'place'}]`);
  // By the keyboard, which works wherever the node lies.
  await node.locator('.button', { hasText: name }).focus();
  await app.page.keyboard.press('Enter');
  const dialog = app.page.getByRole('dialog');
  return { dialog, stage: dialog.locator('[data-stage]') };
}
/** Drags between places of the picture (parts of its width and height), as far as the stage shows it in the middle. */
async function drag(
  stage: Locator,
  side: number,
  places: readonly (readonly [number, number])[],
): Promise<void> {
  const box = (await stage.boundingBox())!;
  const scale = Math.min((box.width - 24) / side, (box.height - 24) / side, 4) * side;
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + box.width / 2 + (x - 0.5) * scale, box.y + box.height / 2 + (y - 0.5) * scale] as const;
  await app.page.mouse.move(...at(places[0]!));
  await app.page.mouse.down();
  for (const place of places.slice(1)) await app.page.mouse.move(...at(place), { steps: 5 });
  await app.page.mouse.up();
}
async function run(): Promise<RunRecord> {
  const answer = app.page.waitForResponse((response) => {
    return response.url().endsWith('/api/runs') && response.request().method() === 'POST';
  });
  await app.page.keyboard.press('Control+Enter');
  const { id } = (await (await answer).json()) as { id: string };
  const record = async (): Promise<RunRecord> =>
    runRecordSchema.parse(await (await fetch(`${app.url}/api/runs/${id}`)).json());
  await expect.poll(async () => (await record()).state, { timeout: 100_000 }).toBe('done');
  return record();
}
async function savedPicture(record: RunRecord): Promise<Picture> {
  const { file } = record.pictures.find(({ name }) => name === 'result')!;
  const bytes = await (await fetch(`${app.url}/api/files/${file}`)).arrayBuffer();
  return (await decodePicture(new Uint8Array(bytes))).picture;
}
/** What the command line makes of the same JSON, in a process and a data folder of its own. */
async function headless({ workflow: json }: RunRecord): Promise<Picture> {
  const text = JSON.stringify(json);
  expect(text).not.toMatch(/base64|data:image/);
  await writeFile(join(folder, 'drawn.json'), text);
  const args = ['run', 'drawn.json', '--out', 'results', '--data', 'data'];
  const { code, err } = await runProgram('impasto', args, folder);
  expect([code, err]).toEqual([0, '']);
  const bytes = await readFile(join(folder, 'results', 'result.png'));
  await rm(join(folder, 'results'), { recursive: true });
  return (await decodePicture(bytes)).picture;
}
const paramsOf = ({ workflow: json }: RunRecord, id: string): unknown =>
  (json as unknown as typeof workflow).nodes.find((node) => node.id === id)!.params;

describe('a mask and a composite', () => {
  let placed = { x: 0, y: 0 };

  it('are made by mouse, and re-run to the same pixels', async () => {
    await open();
    const mask = await edit('Edit mask');
    // What is drawn on is made by a node: a run up to there shows it.
    await mask.dialog.getByRole('button', { name: 'Run up to here' }).click();
    await mask.dialog.getByText('256 × 256').waitFor({ timeout: 100_000 });
    expect(await mask.stage.evaluate((stage) => stage === document.activeElement)).toBe(true);
    await drag(mask.stage, 256, [
      [0.3, 0.3],
      [0.6, 0.5],
      [0.4, 0.7],
    ]);
    await mask.dialog.getByRole('button', { name: 'Lasso' }).click();
    await drag(mask.stage, 256, [
      [0.7, 0.1],
      [0.9, 0.1],
      [0.9, 0.3],
      [0.7, 0.3],
    ]);
    await mask.dialog.getByRole('button', { name: 'Feather', exact: true }).click();
    await mask.dialog.getByRole('button', { name: 'Invert' }).click();
    await mask.dialog.getByRole('button', { name: 'Undo' }).click();
    await mask.dialog.getByRole('button', { name: 'Done' }).click();

    const placing = await edit('Place cut-out');
    // The cut-out is known by now, the mask that was drawn on it is not.
    await placing.dialog.getByText('What comes in at “Mask”').waitFor();
    await placing.dialog.getByRole('button', { name: 'Run up to here' }).click();
    await placing.dialog.getByText('What comes in at').waitFor({ state: 'hidden', timeout: 100_000 });
    // It can be taken hold of once its pictures are here.
    await placing.stage.locator('.handles').waitFor();
    await drag(placing.stage, 512, [
      [0.5, 0.5],
      [0.3, 0.4],
    ]);
    await placing.dialog.getByRole('button', { name: 'Done' }).click();

    const record = await run();
    expect(paramsOf(record, 'draw')).toMatchObject({
      strokes: { width: 256, height: 256, ops: [{ op: 'stroke' }, { op: 'polygon' }, { op: 'feather' }] },
    });
    placed = paramsOf(record, 'place') as typeof placed;
    expect([Math.abs(placed.x + 102), Math.abs(placed.y + 51)].every((off) => off <= 3)).toBe(true);
    expect(await savedPicture(record)).toEqual(await headless(record));
  });

  it('are made by keys alone, and re-run to the same pixels', async () => {
    const { keyboard } = app.page;
    const press = async (key: string, times = 1): Promise<void> => {
      for (let i = 0; i < times; i++) await keyboard.press(key);
    };
    const mask = await edit('Edit mask');
    await mask.dialog.getByText('256 × 256').waitFor();
    await press('Delete');
    await press('p');
    await press('Control+ArrowLeft');
    await press('Enter');
    await press('Control+ArrowRight', 2);
    await press('Enter');
    await press('Shift+ArrowDown', 5);
    await press('Enter', 2);
    await press('b');
    await keyboard.down('o');
    await gone(mask.stage.locator('canvas').last());
    await keyboard.up('o');
    expect(await seen(mask.stage.locator('canvas').last())).toBe(true);
    await press(']');
    await press('Enter');
    await press('Escape');

    const placing = await edit('Place cut-out');
    await placing.stage.locator('polygon').first().waitFor({ state: 'attached' });
    await press('Shift+ArrowRight', 4);
    await press('ArrowUp', 3);
    await press('+');
    await press('r', 2);
    await press('h');
    await press('Escape');

    const record = await run();
    const { strokes } = paramsOf(record, 'draw') as { strokes: { ops: object[] } };
    expect(strokes.ops).toMatchObject([{ op: 'polygon' }, { op: 'stroke', mode: 'add', radius: 25 }]);
    expect(paramsOf(record, 'place')).toMatchObject({
      x: placed.x + 40,
      y: placed.y - 3,
      scale: 1.02,
      rotation: 10,
      flipX: true,
    });
    expect(await savedPicture(record)).toEqual(await headless(record));
    expect(app.errors).toEqual([]);
  });
});

/** A tall picture beside a wide one. */
const comparison = toyDocument(
  {
    back: ['image/load', { image: 'sample:lake.jpg' }],
    fruit: ['image/load', { image: 'sample:fruit.jpg' }],
    tall: ['image/resize', { width: 128, height: 256, fit: 'stretch' }],
    compare: ['image/compare'],
  },
  ['fruit.image > tall.image', 'tall.image > compare.before', 'back.image > compare.after'],
);

describe('two pictures', () => {
  it('are compared on the node by mouse and by keys, and large, each under its own name', async () => {
    const { page } = app;
    const nodes = comparison.nodes.map((each, i) => ({ ...each, position: { x: i * 280, y: 0 } }));
    const bytes = new TextEncoder().encode(JSON.stringify({ ...comparison, title: 'Compared', nodes }));
    await shell.drop({ name: 'compared.json', type: 'application/json', bytes });
    await page.getByText('Opened Compared.').last().waitFor();
    await page.keyboard.press('Control+Enter');
    const node = page.locator('[data-item=node][data-id=compare]');
    const border = node.getByRole('slider', { name: /between before and after/ });
    await border.waitFor({ timeout: 100_000 });
    const { width, height } = (await border.boundingBox())!;
    await border.click({ position: { x: width / 4, y: height / 2 } });
    // The press has left the keys with the border.
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('PageUp');
    await expect.poll(() => border.getAttribute('aria-valuenow')).toBe('37');
    await node.getByRole('button', { name: 'Picture of Compare: open it large' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Compare' });
    await dialog.getByRole('slider').waitFor();
    const tags = dialog.locator('.tag');
    await expect.poll(() => tags.allTextContents()).toEqual(['Before', 'After']);
    await page.keyboard.press('s');
    expect(await gone(dialog.getByRole('slider'))).toBe(true);
    await expect.poll(() => tags.allTextContents()).toEqual(['Before', 'After']);
    await page.keyboard.press('Escape');
  });
});
