import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { seen, ShellPage } from './shellPage.ts';

const LONG = 'x'.repeat(190);
let app: RunningApp;
let shell: ShellPage;

beforeAll(async () => {
  app = await startApp();
  shell = new ShellPage(app.page);
  await shell.ready();
  const at = (x: number): object => ({ version: 1, position: { x, y: 0 } });
  const model = { id: 'load', type: 'diffusion/load-model', params: { model: LONG }, ...at(0) };
  const unknown = { id: 'odd', type: `some/${'type'.repeat(20)}`, params: {}, ...at(280) };
  const lists = { links: [], groups: [], notes: [] };
  const about = { format: 'impasto-workflow', version: 1, title: LONG, description: LONG };
  const text = JSON.stringify({ ...about, ...lists, nodes: [model, unknown] });
  await shell.drop({ name: 'long.json', type: 'application/json', bytes: new TextEncoder().encode(text) });
});
afterAll(() => app.close());

describe('words without end', () => {
  it('are cut in a node until they are asked for, by the keyboard too', async () => {
    const node = app.page.locator('[data-item=node][data-id=odd]');
    const more = node.getByRole('button', { name: 'Show all' });
    await more.waitFor();
    const words = node.getByRole('alert');
    const cut = (): Promise<boolean> => words.evaluate((p) => p.scrollHeight > p.clientHeight);
    expect(await cut()).toBe(true);
    await more.press('Enter');
    expect(await seen(node.getByRole('button', { name: 'Show less' }))).toBe(true);
    expect(await cut()).toBe(false);
  });

  it('stay within the dialog', async () => {
    await shell.button('Get or choose').click();
    const dialog = app.page.getByRole('dialog', { name: 'Models of this workflow' });
    await dialog.waitFor();
    expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    expect(app.errors).toEqual([]);
  });
});
