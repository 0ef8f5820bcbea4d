import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { gone, seen, ShellPage } from './shellPage.ts';

const STEPS = 6;
let app: RunningApp;
let shell: ShellPage;

beforeAll(async () => {
  app = await startApp();
  shell = new ShellPage(app.page);
});
afterAll(() => app.close());

async function chooseSampler(title: string): Promise<void> {
  await app.page.getByRole('combobox', { name: 'Steps of' }).click();
  await app.page.getByRole('option', { name: title, exact: true }).click();
}

/** In order: each test goes on where the one before stopped, as a person would. */
describe('a first visit', () => {
  it('opens StyleID on the sample pictures', async () => {
    await shell.ready();
    const loaded = await app.page.waitForFunction(() => {
      const pictures = [...document.querySelectorAll<HTMLImageElement>('main img')];
      return (
        pictures.length >= 2 && pictures.every((picture) => picture.complete && picture.naturalWidth > 0)
      );
    });
    expect(await loaded.jsonValue()).toBe(true);
    expect(app.errors).toEqual([]);
  });

  it('runs, shows every step as it comes, and the result', async () => {
    await shell.openTemplate('styleid', { 'steps.value': STEPS });
    await app.page.keyboard.press('Control+Enter');
    await shell.frames.locator('img').first().waitFor({ timeout: 120_000 });
    expect(await shell.button('Cancel').isVisible()).toBe(true);
    await shell.button('Run').waitFor({ timeout: 200_000 });
    await shell.inspector.getByText(/^Done/).waitFor();
    await shell.button('Open large: result').locator('img').waitFor();
    expect(await shell.frames.count()).toBeGreaterThanOrEqual(STEPS - 1);
  });

  it('steps through the filmstrip with the keyboard', async () => {
    const last = (await shell.frames.count()) - 1;
    await shell.frames.nth(last).click();
    await app.page.keyboard.press('ArrowLeft');
    await app.page.keyboard.press('ArrowLeft');
    await expect.poll(() => shell.frames.nth(last - 2).getAttribute('aria-current')).toBe('true');
    await app.page.keyboard.press('Home');
    await expect.poll(() => shell.frames.first().getAttribute('aria-current')).toBe('true');
  });

  it('opens the step that is shown large, beside what came of it', async () => {
    const { page } = app;
    const [step, of] = [STEPS - 3, STEPS - 1];
    const titles = [`Step ${of} of ${of}`, `Step ${step} of ${of}`];
    await shell.frames.nth(step - 1).click();
    const own = await shell.frames
      .nth(step - 1)
      .locator('img')
      .getAttribute('src');
    await page.locator('figure.picture').hover();
    await shell.button('Open large').click();
    const viewer = page.getByRole('dialog', { name: titles[1]! });
    const shown = viewer.locator('.frame img').first();
    expect(await shown.getAttribute('src')).toBe(own);
    await page.keyboard.press('c');
    await expect.poll(() => viewer.locator('.tag').allTextContents()).toEqual(titles);
    // Beside each other, and in a smaller window, each is still seen whole.
    await page.keyboard.press('s');
    await page.setViewportSize({ width: 900, height: 720 });
    await expect
      .poll(async () => (await viewer.locator('.frame').last().boundingBox())!.width)
      .toBeLessThan(450);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await shell.frames.first().click();
  });

  it('looks into a step: its noise, and where a point took its values from, by mouse and by keys', async () => {
    const { page } = app;
    const show = page.getByRole('combobox', { name: 'Show' });
    await show.selectOption('noise');
    expect(await seen(page.getByText(/noise that the network predicted/))).toBe(true);
    await show.selectOption('attention');
    const point = page.getByRole('application', { name: /Point of the picture/ });
    const place = page.getByText(/column \d+, row \d+/);
    await place.waitFor();
    expect(await seen(page.getByText('Style: 100 %'))).toBe(true);
    const before = await place.textContent();
    await point.click({ position: { x: 3, y: 3 } });
    await expect.poll(() => place.textContent()).toMatch(/column 1, row 1\./);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => place.textContent()).toMatch(/column 2, row 5\./);
    expect(before).not.toMatch(/column 2, row 5\./);
    await chooseSampler('Invert style');
    expect(await seen(page.getByText(/^No layer is swapped in this step/))).toBe(true);
    await chooseSampler('Sample');
    await show.selectOption('clean');
    expect(app.errors).toEqual([]);
  });

  it('looks from the finished picture into the steps that made it, and back', async () => {
    const { page } = app;
    await shell.button('Open large: result').click();
    const viewer = page.getByRole('dialog', { name: 'result' });
    await viewer.waitFor();
    await page.keyboard.press('l');
    const place = viewer.getByText(/column \d+, row \d+\. Most from/);
    await place.waitFor();
    const own = viewer.getByRole('application').locator('img');
    expect(await own.getAttribute('src')).toMatch(/^\/api\/files\//);
    // The point has the focus: arrow keys move it.
    const before = await place.textContent();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => place.textContent()).not.toBe(before);
    await viewer.getByRole('application').click({ position: { x: 2, y: 2 } });
    await expect.poll(() => place.textContent()).toMatch(/column 1, row 1\./);
    await viewer.locator('figure').first().hover();
    expect(await seen(viewer.locator('figcaption', { hasText: /^column \d+, row \d+: .* %$/ }))).toBe(true);
    await viewer.getByRole('combobox', { name: 'Step' }).selectOption({ label: `1 / ${STEPS - 1}` });
    await expect.poll(() => own.getAttribute('src')).toMatch(/\/steps\//);
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    expect(await page.getByRole('combobox', { name: 'Show' }).inputValue()).toBe('clean');
    expect(app.errors).toEqual([]);
  });

  it('shows the same after a reload', async () => {
    const frames = await shell.frames.count();
    await app.page.reload();
    await shell.frames.first().waitFor();
    expect(await shell.frames.count()).toBe(frames);
    const picture = shell.frames.last().locator('img');
    expect(
      await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBe(256);
    await shell.button('Open large: result').waitFor();
  });

  it('asks for step pictures as the person chooses, and remembers it', async () => {
    await app.page.getByRole('button', { name: /^Pictures:/ }).click();
    expect(await app.page.getByRole('menuitemradio', { name: /^TAESD/ }).isDisabled()).toBe(true);
    await app.page.getByRole('menuitemradio', { name: /^Full decode/ }).click();
    await app.page.reload();
    await app.page.getByRole('button', { name: 'Pictures: Full decode, every 5 steps' }).waitFor();
    const { runs } = (await (await fetch(`${app.url}/api/runs`)).json()) as { runs: [{ id: string }] };
    // It is enough to hear what is asked for: the run that there is already stands in.
    let asked: unknown;
    await app.page.route('**/api/runs', (route) => {
      asked = route.request().postDataJSON();
      return route.fulfill({ status: 202, json: { id: runs[0].id } });
    });
    await app.page.keyboard.press('Control+Enter');
    await expect.poll(() => asked).toMatchObject({ previews: { kind: 'full', every: 5 } });
    await app.page.unroute('**/api/runs');
  });

  it('opens the result large, beside the picture that went in', async () => {
    await shell.button('Open large: result').click();
    const dialog = app.page.getByRole('dialog', { name: 'result' });
    await dialog.getByText(/256 × 256/).waitFor();
    await dialog.getByRole('button', { name: /Compare/ }).click();
    await dialog.getByRole('slider').waitFor();
    await app.page.keyboard.press('Escape');
    expect(await gone(dialog)).toBe(true);
  });

  it('opens the workflow of the saved picture where it is dropped', async () => {
    const url = await shell.button('Open large: result').locator('img').getAttribute('src');
    const bytes = new Uint8Array(await (await app.page.request.get(`${app.url}${url}`)).body());
    await (await shell.drawer('Workflows')).getByRole('button', { name: 'New', exact: true }).click();
    await app.page.getByText('Nothing here yet').waitFor();
    await shell.drop({ name: 'result.png', type: 'image/png', bytes });
    await app.page.getByLabel('Node Content (content)').waitFor();
    expect(await seen(app.page.getByText('Opened StyleID.').last())).toBe(true);
  });

  it('asks where a picture without a workflow is to go', async () => {
    const bytes = new Uint8Array(
      await (await app.page.request.get(`${app.url}/api/samples/fruit.jpg`)).body(),
    );
    await shell.drop({ name: 'fruit.jpg', type: 'image/jpeg', bytes });
    const dialog = app.page.getByRole('dialog', { name: 'Use this picture' });
    await dialog.getByRole('button', { name: 'Into Content' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await shell.inspector.locator('code').first().textContent()).toBe('content');
    await app.page.keyboard.press('Control+z');
  });
});

describe('the list of runs', () => {
  it('has the run, deletes it, and brings it back', async () => {
    const runs = await shell.drawer('Runs');
    const entry = runs.getByRole('button', { name: /^Look at StyleID, Done/ });
    await entry.waitFor();
    await shell.choose('More for StyleID', 'Delete');
    await entry.waitFor({ state: 'hidden' });
    await shell.button('Undo').last().click();
    await entry.waitFor();
    await entry.click();
    expect(await seen(shell.frames.first())).toBe(true);
  });

  it('goes on from a step, without repeating those before, and takes it back', async () => {
    const { page } = app;
    await shell.frames.nth(2).click();
    await shell.button(/^Continue from here/).click();
    await page.getByLabel('Node Sample (sample-2)').waitFor();
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => page.getByText(/step \d+ \/ \d+.*remembered/).isVisible(), { timeout: 60_000 })
      .toBe(true);
    await shell.button('Run').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Undo' }).first().click();
    expect(await gone(page.getByLabel('Node Sample (sample-2)'))).toBe(true);
    await page.keyboard.press('Control+Enter');
    await shell.button('Run').waitFor({ timeout: 60_000 });
    await shell.frames.first().waitFor();
  });

  it('shows no run on another workflow, says that it goes on, and cancels it', async () => {
    await app.page.keyboard.press('Escape');
    const runs = await shell.drawer('Runs');
    await shell.openTemplate('styleid', { 'steps.value': 50 });
    await app.page.keyboard.press('Control+Enter');
    await app.page.locator('[data-item=node].running').waitFor();
    await (await shell.drawer('Workflows')).getByRole('button', { name: /^Reconstruction/ }).click();
    await app.page.getByText('Opened Reconstruction.').waitFor();
    expect(await app.page.locator('[data-item=node]:is(.running, .done)').count()).toBe(0);
    await shell.button('1 running').click();
    await runs.getByRole('button', { name: 'Cancel StyleID' }).click();
    await shell.button('Run').waitFor();
    expect(await seen(runs.getByRole('button', { name: /^Look at StyleID, Cancelled/ }))).toBe(true);
  });

  it('can be used with the keyboard alone', async () => {
    const runs = await shell.drawer('Runs');
    const entries = runs.getByRole('button', { name: /^Look at/ });
    const focused = (): Promise<string | undefined> =>
      app.page.evaluate(
        () => (document.activeElement as HTMLElement).getAttribute('aria-label') ?? undefined,
      );
    await entries.nth(1).focus();
    await app.page.keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/^Look at StyleID, Cancelled/);
    for (const key of ['Tab', 'Enter', 'End', 'Enter']) await app.page.keyboard.press(key);
    await expect.poll(focused).toMatch(/^Look at StyleID, Done/);
    await app.page.keyboard.press('Escape');
    expect(await gone(runs)).toBe(true);
    expect(await app.page.evaluate(() => document.activeElement?.textContent)).toBe('Runs');
  });

  it('is paused by a key, and goes on by the button', async () => {
    await shell.openTemplate('styleid', { 'steps.value': 12 });
    await app.page.keyboard.press('Control+Enter');
    await app.page.locator('[data-item=node].running').waitFor();
    await app.page.keyboard.press('p');
    await shell.button('Resume').waitFor({ timeout: 60_000 });
    await app.page.getByText('Paused', { exact: true }).first().waitFor();
    expect(await app.page.locator('[data-item=node].running').count()).toBe(0);
    await shell.button('Resume').click();
    await shell.button('Pause the run').waitFor();
    await shell.button('Cancel').click();
    await shell.button('Run').waitFor({ timeout: 60_000 });
  });
});
