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

describe('without a mouse', () => {
  it('nodes are added, joined, taken apart, renamed and deleted', async () => {
    const { keyboard } = app.page;
    const nodes = await editor.nodes();
    await app.page.locator('[data-item=node][data-id=decode]').focus();
    await keyboard.press('/');
    await keyboard.type('preview');
    await keyboard.press('Enter');
    await expect.poll(focused).toBe('Node Preview Image (preview)');
    await keyboard.press('Tab');
    expect(await focused()).toBe('Input Image, Image');
    await keyboard.press('Enter');
    await editor.socket('content', 'image', 'output').focus();
    // Sockets that it cannot end on are passed over.
    expect(await editor.socket('content', 'mask', 'output').getAttribute('tabindex')).toBe('-1');
    await keyboard.press('Enter');
    expect(await editor.links()).toContain('content:image>preview:image');
    await editor.socket('preview', 'image', 'input').press('Delete');
    expect(await editor.links()).not.toContain('content:image>preview:image');
    await keyboard.press('Escape');
    await keyboard.press('F2');
    await keyboard.type('Look');
    await keyboard.press('Enter');
    expect(await focused()).toBe('Node Look (preview)');
    await keyboard.press('Delete');
    expect(await editor.nodes()).toEqual(nodes);
  });

  it('groups and notes can be selected, changed and deleted', async () => {
    const { keyboard } = app.page;
    const title = app.page.locator('[data-item=group] header').first();
    await keyboard.press('Tab');
    await title.focus();
    await keyboard.press('F2');
    await keyboard.type('Mine');
    await keyboard.press('Enter');
    expect(await title.innerText()).toBe('Mine');
    const note = app.page.locator('[data-item=note]');
    await note.focus();
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.press('Delete');
    expect(await note.count()).toBe(0);
    for (let edit = 0; edit < 2; edit++) await editor.undo();
  });
});

it('wrote no errors to the console', () => {
  expect(app.errors).toEqual([]);
});
