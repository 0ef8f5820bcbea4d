import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { writeTinyVgg } from '../helpers/writeTinyVgg.ts';
import { toyDocument } from '../pure/engine/toyNodes.ts';
import { seen, ShellPage } from './shellPage.ts';

/** VGG-19 has every layer that a loss may name, in a few channels. */
const SMALL = {
  'vgg.model': 'tiny-vgg.safetensors',
  'resize.width': 64,
  'resize.height': 64,
} as const;
const GATYS = { ...SMALL, 'scale.width': 64, 'scale.height': 64, 'optimise.every': 2 } as const;

let data: string;
let app: RunningApp;
let shell: ShellPage;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'impasto-losses-'));
  await mkdir(join(data, 'models'));
  await writeTinyVgg(join(data, 'models', 'tiny-vgg.safetensors'));
  await writeTinyVgg(join(data, 'models', 'damaged-vgg.safetensors'), 'conv2_1.bias');
  app = await startApp({ data });
  shell = new ShellPage(app.page);
  await shell.ready();
});
afterAll(async () => {
  await app.close();
  await rm(data, { recursive: true, force: true });
});

const chartOf = (shell: ShellPage): Locator => shell.page.getByRole('slider', { name: 'Losses by step' });
const legend = (step: number): Locator => app.page.getByRole('list', { name: `Losses of step ${step}` });
/** What the legend calls the lines, and how many have been drawn. */
const names = (step: number): Promise<string[]> => legend(step).locator('.name').allTextContents();
const drawnLines = (): Promise<number> => app.page.locator('figure .plot path[d^="M"]').count();
const shown = (): Locator => app.page.getByRole('region', { name: 'Steps' }).locator('figure img').first();

describe('the chart of losses', () => {
  it('has a line for every loss of Gatys’ style transfer, over all steps', async () => {
    await shell.openTemplate('gatys-style-transfer', { ...GATYS, 'optimise.iterations': 6 });
    await shell.run();
    await legend(6).waitFor();
    const layers = [1, 2, 3, 4, 5].map((level) => `Style relu${level}_1`);
    expect(await names(6)).toEqual(['Total', 'Content relu4_2', ...layers]);
    expect(await drawnLines()).toBe(7);
    expect(await chartOf(shell).getAttribute('aria-valuetext')).toMatch(/^Step 6: Total [\d.e+-]+, Content/);
    expect(await app.page.locator('.plot .step').allTextContents()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(app.errors).toEqual([]);
  });

  it('is the scrubber: by keys and by pointer, with the picture of the step or the last before it', async () => {
    const last = await shown().getAttribute('src');
    await chartOf(shell).press('Home');
    await legend(1).waitFor();
    expect(await app.page.getByText('No picture of this step').isVisible()).toBe(true);
    await chartOf(shell).press('ArrowRight');
    await legend(2).waitFor();
    const second = await shown().getAttribute('src');
    expect(second).toMatch(/\/steps\/\d+\/picture$/);
    expect(second).not.toBe(last);
    await chartOf(shell).press('PageUp');
    await legend(3).waitFor();
    expect(await shown().getAttribute('src')).toBe(second);
    const { width = 0 } = (await chartOf(shell).boundingBox()) ?? {};
    await chartOf(shell).click({ position: { x: width - 1, y: 5 } });
    await legend(6).waitFor();
    expect(await shown().getAttribute('src')).toBe(last);
    await chartOf(shell).hover({ position: { x: 1, y: 5 } });
    await legend(1).waitFor();
    await app.page.mouse.move(10, 10);
    await legend(6).waitFor();
  });

  it('shows the same after a reload', async () => {
    await app.page.reload();
    await legend(6).waitFor();
    expect(await drawnLines()).toBe(7);
  });

  it('is followed in a second browser, and stays when the run is cancelled', async () => {
    // Enough to do until somebody has come and looked, on any machine.
    const large = { 'resize.width': 128, 'resize.height': 128, 'scale.width': 128, 'scale.height': 128 };
    await shell.openTemplate('gatys-style-transfer', { ...GATYS, ...large, 'optimise.iterations': 5000 });
    await app.page.keyboard.press('Control+Enter');
    await chartOf(shell).waitFor();
    const other = new ShellPage(await app.page.context().browser()!.newPage());
    await other.page.goto(app.url);
    const runs = await other.drawer('Runs');
    await runs
      .getByRole('button', { name: /^Look at Gatys/ })
      .first()
      .click();
    const step = async (): Promise<number> => Number(await chartOf(other).getAttribute('aria-valuenow'));
    const before = await step();
    await expect.poll(step).toBeGreaterThan(before);
    expect(await chartOf(other).getAttribute('aria-valuemax')).toBe('5000');
    // Hundreds of steps come in a second: their numbers are read out to those who stop at one.
    expect(await chartOf(other).getAttribute('aria-valuetext')).toBe('The newest step, as they come');
    await chartOf(other).press('Home');
    expect(await chartOf(other).getAttribute('aria-valuetext')).toMatch(/^Step 1: Total/);
    await other.button('Follow the newest step').click();
    await shell.button('Cancel').click();
    await shell.inspector.getByText(/^Cancelled/).waitFor();
    await other.inspector.getByText(/^Cancelled/).waitFor();
    const ended = await chartOf(shell).getAttribute('aria-valuetext');
    await expect.poll(() => chartOf(other).getAttribute('aria-valuetext')).toBe(ended);
    // No room is left for steps that will not come.
    expect(Number(await chartOf(shell).getAttribute('aria-valuemax'))).toBeLessThan(5000);
    await app.page.locator('[data-item=node][data-id=optimise] h3').click();
    await shell.inspector.getByText(/^Stopped at \d+ \/ 5000$/).waitFor();
    await other.page.close();
  });

  it('says on the node which loss was no number', async () => {
    await shell.openTemplate('gatys-style-transfer', { ...GATYS, 'vgg.model': 'damaged-vgg.safetensors' });
    await shell.run();
    await shell.inspector.getByText(/^Failed/).waitFor();
    const sentence = 'The loss of content relu4_2 is NaN before the first step';
    await app.page.getByLabel('Node Optimise Picture (optimise)').getByText(sentence).waitFor();
    await app.page.getByLabel('Node Optimise Picture (optimise)').click();
    expect(await seen(shell.inspector.getByText(sentence))).toBe(true);
  });
});

describe('the pictures of many steps', () => {
  const strip = (): Locator => app.page.getByRole('group', { name: 'Steps', exact: true });
  const inSight = (frame: Locator): Promise<boolean> =>
    frame.evaluate((button) => {
      const [box, own] = [button.closest('[role=group]')!, button].map((each) =>
        each.getBoundingClientRect(),
      );
      return own!.left >= box!.left && own!.right <= box!.right;
    });
  const current = (): Locator => strip().locator('[aria-current=true]');

  it('are drawn where they are in sight, and found by scrolling', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 900 });
    await shell.openTemplate('gatys-style-transfer', {
      ...GATYS,
      'optimise.every': 1,
      'optimise.iterations': 150,
    });
    await shell.run();
    await legend(150).waitFor();
    const height = page.getByRole('separator', { name: 'Height of the steps' });
    for (let i = 0; i < 8; i++) await height.press('ArrowUp');
    await expect.poll(() => inSight(current())).toBe(true);
    expect(await current().getAttribute('aria-label')).toBe('Step 150 of 150');
    expect(await shell.frames.count()).toBeLessThan(50);
    await strip().evaluate((box) => (box.scrollLeft = 0));
    const first = strip().getByRole('button', { name: 'Step 1 of 150' });
    await first.click();
    await legend(1).waitFor();
    expect(await shell.frames.count()).toBeLessThan(50);
  });

  it('keep the focus on the step that keys lead to', async () => {
    await app.page.keyboard.press('PageUp');
    await app.page.keyboard.press('PageUp');
    await legend(31).waitFor();
    await app.page.keyboard.press('End');
    await legend(150).waitFor();
    await expect.poll(() => inSight(current())).toBe(true);
    expect(await current().evaluate((frame) => frame === document.activeElement)).toBe(true);
    expect(app.errors).toEqual([]);
  });

  it('stay where somebody looks back to while steps come', async () => {
    const settings = { ...GATYS, 'optimise.every': 1, 'optimise.iterations': 5000 };
    await shell.openTemplate('gatys-style-transfer', settings);
    await app.page.keyboard.press('Control+Enter');
    const newest = async (): Promise<number> => Number(await chartOf(shell).getAttribute('aria-valuenow'));
    await expect.poll(newest, { timeout: 30_000 }).toBeGreaterThan(60);
    await strip().evaluate((box) => (box.scrollLeft = 0));
    await strip().getByRole('button', { name: 'Step 1 of 5000' }).waitFor();
    const before = await newest();
    await expect.poll(newest, { timeout: 30_000 }).toBeGreaterThan(before + 5);
    expect(await strip().evaluate((box) => box.scrollLeft)).toBe(0);
    await shell.button('Cancel').click();
    await shell.button('Run').waitFor();
  });
});

it('both passes of Deep Painterly Harmonization have a chart', async () => {
  await shell.openTemplate('deep-painterly-harmonization', {
    ...SMALL,
    'first.iterations': 3,
    'second.iterations': 3,
  });
  await shell.run();
  await legend(3).waitFor();
  expect(await names(3)).toEqual(expect.arrayContaining(['Total', 'Content relu4_1', 'Histogram relu1_1']));
  await app.page.getByRole('combobox', { name: 'Steps of' }).click();
  await app.page.getByRole('option', { name: 'DPH Pass 1' }).click();
  const layers = [3, 4, 5].map((level) => `Style relu${level}_1`);
  expect(await names(3)).toEqual(['Total', 'Content relu4_1', ...layers]);
  expect(app.errors).toEqual([]);
});

it('a training that goes on has its own steps in the chart, with pictures, and what it learnt is a model', async () => {
  const train = async (steps: number): Promise<void> => {
    const settings = { crop: 32, rows: 1, every: 2, steps };
    const nodes = {
      painting: ['image/load', { image: 'sample:night.jpg' }],
      train: ['train/fine-tune', settings],
    } as const;
    const document = toyDocument(nodes, ['painting.image > train.painting']);
    await shell.openDocument({ ...document, title: `${steps} steps` });
    await shell.run();
    await legend(steps).waitFor();
  };
  await train(2);
  await train(4);
  expect(await chartOf(shell).getAttribute('aria-valuemin')).toBe('3');
  expect(await app.page.locator('.plot .step').allTextContents()).toEqual(['3', '4']);
  expect(
    await shown().evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBeGreaterThan(0);
  await (await shell.drawer('Models')).getByText('my painter', { exact: true }).waitFor();
  expect(app.errors).toEqual([]);
});
