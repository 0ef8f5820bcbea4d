import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { startServer } from '../helpers/startServer.ts';
import { gone, seen, ShellPage } from './shellPage.ts';

let app: RunningApp;
let shell: ShellPage;

beforeAll(async () => {
  app = await startApp({ width: 1920, height: 1080 });
  shell = new ShellPage(app.page);
  await shell.ready();
});
afterAll(() => app.close());

async function retitle(title: string): Promise<void> {
  await app.page.getByRole('textbox', { name: 'Title' }).fill(title);
}

async function answerName(name: string): Promise<void> {
  const dialog = app.page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await app.page.keyboard.press('Enter');
}

/** In order: each test goes on where the one before stopped. */
describe('workflows on the server', () => {
  it('are saved under a name, which must be one that files can have', async () => {
    await retitle('First try');
    await app.page.getByRole('img', { name: 'Not saved' }).waitFor();
    await app.page.keyboard.press('Control+s');
    await answerName('../../etc');
    await app.page.getByText(/^A name must/).waitFor();
    await answerName('First');
    await app.page.getByText('Saved as “First”.').waitFor();
    expect(await gone(app.page.getByRole('img', { name: 'Not saved' }))).toBe(true);
  });

  it('are opened in the place of another one, which undo brings back', async () => {
    const drawer = await shell.drawer('Workflows');
    await drawer.getByRole('button', { name: /^Reconstruction/ }).click();
    await expect
      .poll(() => app.page.getByRole('textbox', { name: 'Title' }).inputValue())
      .toBe('Reconstruction');
    await drawer
      .getByRole('button', { name: /^First/ })
      .first()
      .click();
    await expect.poll(() => app.page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('First try');
    await shell.button('Undo').first().click();
    await expect
      .poll(() => app.page.getByRole('textbox', { name: 'Title' }).inputValue())
      .toBe('Reconstruction');
    await shell.button('Redo').click();
    await expect
      .poll(() => app.page.getByRole('banner').getByText('First', { exact: true }).isVisible())
      .toBe(true);
  });

  it('are not overwritten when somebody else saved in between', async () => {
    await app.page.evaluate(async () => {
      const document = (await (await fetch('/api/workflows/First')).json()) as { title: string };
      const body = JSON.stringify({ ...document, title: 'Elsewhere' });
      await fetch('/api/workflows/First', {
        method: 'PUT',
        body,
        headers: { 'Content-Type': 'application/json' },
      });
    });
    await retitle('Mine');
    await app.page.keyboard.press('Control+s');
    const dialog = app.page.getByRole('dialog', { name: /was changed elsewhere/ });
    await dialog.getByRole('button', { name: 'Use another name' }).click();
    await answerName('Second');
    expect(await seen(app.page.getByText('Saved as “Second”.'))).toBe(true);
  });

  it('are renamed, deleted, and brought back', async () => {
    const drawer = await shell.drawer('Workflows');
    await shell.choose('More for Second', 'Rename');
    await answerName('Third');
    await drawer.getByRole('button', { name: 'More for Third' }).waitFor();
    await shell.choose('More for Third', 'Delete');
    await drawer.getByRole('button', { name: 'More for Third' }).waitFor({ state: 'hidden' });
    await app.page
      .getByRole('status')
      .filter({ hasText: 'was deleted' })
      .getByRole('button', { name: 'Undo' })
      .click();
    await drawer.getByRole('button', { name: 'More for Third' }).waitFor();
    expect(await gone(app.page.getByRole('img', { name: 'Not saved' }))).toBe(true);
  });
});

describe('problems', () => {
  it('are listed with their place, and lead there', async () => {
    const document = {
      format: 'impasto-workflow',
      version: 1,
      title: 'Broken',
      description: '',
      nodes: [{ id: 'save', type: 'image/save', version: 1, params: {}, position: { x: 0, y: 0 } }],
      links: [],
      groups: [],
      notes: [],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    await shell.drop({ name: 'broken.json', type: 'application/json', bytes });
    const problem = shell.inspector.getByRole('button', { name: /Save Image/ }).first();
    await problem.waitFor();
    await problem.click();
    await expect.poll(() => shell.inspector.locator('code').first().textContent()).toBe('save');
    await shell.button(/^\d+ problems?$/).click();
    expect(await seen(problem)).toBe(true);
  });

  it('of a file that is no workflow are told in sentences', async () => {
    const bytes = new TextEncoder().encode('{"format": "impasto-workflow", "version": 99}');
    await shell.drop({ name: 'future.json', type: 'application/json', bytes });
    const dialog = app.page.getByRole('dialog', { name: 'future.json cannot be opened' });
    await dialog.getByText(/newer Impasto/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect(await gone(dialog)).toBe(true);
  });
});

describe('the browser', () => {
  it('keeps the draft over a reload with its undo, and keeps the drafts of two tabs apart', async () => {
    await app.page.keyboard.press('Escape');
    await (await shell.drawer('Workflows')).getByRole('button', { name: 'New', exact: true }).click();
    await retitle('Draft of the first tab');
    const opened = app.page.context().waitForEvent('page');
    await app.page.evaluate(() => window.open(location.href, '_blank', 'noopener'));
    const other = await opened;
    const title = other.getByRole('textbox', { name: 'Title' });
    await expect.poll(() => title.inputValue()).toBe('StyleID');
    await title.fill('Draft of the second tab');
    await other.reload();
    await expect.poll(() => title.inputValue()).toBe('Draft of the second tab');
    await app.page.reload();
    await expect
      .poll(() => app.page.getByRole('textbox', { name: 'Title' }).inputValue())
      .toBe('Draft of the first tab');
    await app.page.keyboard.press('Control+z');
    await expect.poll(() => app.page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('');
    await app.page.keyboard.press('Control+Shift+z');
    await other.close();
  });

  it('remembers the theme', async () => {
    const surface = (): Promise<string> =>
      app.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await surface();
    await shell.button(/^(Dark|Light) theme$/).click();
    const after = await surface();
    expect(after).not.toBe(before);
    await app.page.reload();
    await shell.button('Run').waitFor();
    expect(await surface()).toBe(after);
  });

  it('says that the server is gone, and goes on when it is back', async () => {
    await app.server.close();
    await app.page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    expect(await shell.button('Run').isDisabled()).toBe(true);
    await retitle('Written without a server');
    const again = await startServer({ args: ['--port', new URL(app.url).port] });
    try {
      // It may have found the server by itself a moment before.
      await shell
        .button('Try now')
        .click({ timeout: 500 })
        .catch(() => undefined);
      await expect.poll(() => shell.button('Run').isEnabled(), { timeout: 5000 }).toBe(true);
      await app.page.keyboard.press('Control+s');
      await answerName('After all');
      expect(await seen(app.page.getByText('Saved as “After all”.'))).toBe(true);
    } finally {
      await again.close();
    }
  });
});
