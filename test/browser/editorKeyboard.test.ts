import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { EditorPage } from './editorPage.ts';
import { gone, seen, ShellPage } from './shellPage.ts';

let app: RunningApp;
let editor: EditorPage;
let shell: ShellPage;

beforeAll(async () => {
  app = await startApp({ width: 1920, height: 1080 });
  editor = new EditorPage(app.page);
  shell = new ShellPage(app.page);
  await editor.ready();
});
afterAll(() => app.close());

const focused = (): Promise<string> =>
  app.page.evaluate(() => {
    const { ariaLabel, innerText, tagName } = document.activeElement as HTMLElement;
    return ariaLabel ?? (innerText.trim() || tagName);
  });

describe('numbers', () => {
  it('of a Number node are dragged within the limits of what it feeds', async () => {
    const size = editor.control('size', 'value');
    expect(await size.getAttribute('aria-valuemax')).toBe('4096');
    await editor.dragBy(size, 20, 0);
    const dragged = Number(await size.getAttribute('aria-valuenow'));
    expect(dragged).toBeGreaterThan(256);
    expect(dragged).toBeLessThan(512);
    await editor.undo();
  });

  it('go back to the default by a double click, on the value too, and by Delete', async () => {
    const gamma = editor.control('kv-swap', 'gamma');
    for (const reset of [
      () => gamma.locator('.label').dblclick(),
      () => gamma.locator('.value').dblclick(),
      () => gamma.press('Delete'),
    ]) {
      await gamma.press('Home');
      await reset();
      expect(await gamma.getAttribute('aria-valuenow')).toBe('0.75');
    }
    expect(await gamma.locator('input').count()).toBe(0);
  });

  it('that were typed beyond a limit say what it is', async () => {
    const gamma = editor.control('kv-swap', 'gamma');
    await gamma.locator('.value').click();
    await app.page.keyboard.type('7');
    await app.page.keyboard.press('Enter');
    expect(await seen(app.page.getByText('At most 1', { exact: true }))).toBe(true);
    await editor.undo();
  });

  it('are taken and run with Ctrl + Enter while they are typed', async () => {
    const steps = editor.control('steps', 'value');
    await steps.locator('.value').click();
    await app.page.keyboard.type('4');
    await app.page.keyboard.press('Control+Enter');
    expect(await steps.getAttribute('aria-valuenow')).toBe('4');
    await shell.button('Cancel').click();
    await shell.button('Run').waitFor();
    await editor.undo();
  });
});

describe('dialogs', () => {
  it('have the focus while they are open, and give it back', async () => {
    await app.page.keyboard.press('Control+s');
    const name = app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' });
    await name.fill('focus');
    await app.page.keyboard.press('Enter');
    await gone(name);
    await shell.drawer('Workflows');
    await shell.button('More for focus').press('Enter');
    await app.page.getByRole('menuitem', { name: 'Rename' }).press('Enter');
    await name.waitFor();
    expect(await focused()).toBe('Name');
    for (let tab = 0; tab < 3; tab++) await app.page.keyboard.press('Tab');
    expect(await focused()).toBe('Name');
    await app.page.keyboard.press('Escape');
    await gone(name);
    await expect.poll(focused).toBe('More for focus');
  });
});

it('wrote no errors to the console', () => {
  expect(app.errors).toEqual([]);
});
