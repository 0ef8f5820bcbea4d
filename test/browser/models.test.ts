import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../helpers/startApp.ts';
import { HostileHub, good } from '../server/fixtures/hostileHub.ts';
import { gone, seen, ShellPage } from './shellPage.ts';

const TOKEN = 'hf_letmein';
/** The built-in model, as somebody might publish it. */
const FILES = [
  'model_index.json',
  'scheduler/scheduler_config.json',
  'unet/config.json',
  'unet/diffusion_pytorch_model.safetensors',
  'vae/config.json',
  'vae/diffusion_pytorch_model.safetensors',
];

let hub: HostileHub;
let data: string;
let app: RunningApp;
let shell: ShellPage;
/** Lets the largest file go on once it is half there. */
let letGo: () => void;

/** Asks for a token; holds the weights back in the middle until the test lets them go. */
async function publish(): Promise<void> {
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const bodies = await Promise.all(FILES.map((path) => readFile(join('models/builtin/model', path))));
  const siblings = FILES.map((rfilename, at) => ({ rfilename, size: bodies[at]!.length }));
  hub.on('/api/models/org/paint/revision/main?blobs=true', ({ headers }, response) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end();
    else response.end(JSON.stringify({ siblings }));
  });
  FILES.forEach((path, at) => {
    const answer = good(bodies[at]!, (response, piece) => {
      if (piece.length < 10_000_000) return void response.end(piece);
      response.write(piece.subarray(0, piece.length / 2));
      void held.then(() => response.end(piece.subarray(piece.length / 2)));
    });
    hub.on(`/org/paint/resolve/main/${path}`, answer);
  });
}

beforeAll(async () => {
  hub = await HostileHub.start();
  await publish();
  data = await mkdtemp(join(tmpdir(), 'impasto-models-'));
  const entry = { id: 'paint', title: 'Paint model', role: 'diffusion', methods: ['Reconstruction'] };
  const place = { repository: 'org/paint', layout: 'folder', homepage: 'https://hub.example/org/paint' };
  const terms = { licence: 'MIT', gated: true, bytes: 17_700_000 };
  await writeFile(join(data, 'catalogue.json'), JSON.stringify([{ ...entry, ...place, ...terms }]));
  app = await startApp({ data, args: ['--hub', hub.url] });
  shell = new ShellPage(app.page);
});
afterAll(async () => {
  await app.close();
  await hub.close();
  await rm(data, { recursive: true, force: true });
});

const banner = (): Locator =>
  app.page.getByText('This workflow needs a model that is not here: Paint model.');
const dialog = (): Locator => app.page.getByRole('dialog', { name: 'Models of this workflow' });
const entry = (drawer: Locator): Locator =>
  drawer.getByRole('article').filter({ hasText: 'Paint model' }).filter({ hasText: 'downloaded' });

/** A template as somebody else saved it, with their model. */
async function openTheirs(): Promise<void> {
  const { page } = app;
  const document = await page.evaluate(async () => {
    const response = await fetch('/api/templates/reconstruction');
    return (await response.json()) as {
      nodes: { id: string; type: string; params: Record<string, unknown> }[];
      models?: unknown;
    };
  });
  for (const { id, type, params } of document.nodes) {
    if (type === 'diffusion/load-model') params['model'] = 'theirs.ckpt';
    if (id === 'steps') params['value'] = 2;
  }
  document.models = { 'theirs.ckpt': { title: 'Paint model', role: 'diffusion', catalogue: ['paint'] } };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  await shell.drop({ name: 'theirs.json', type: 'application/json', bytes });
}

/** In order, as a person would. */
describe('a workflow whose model is not here', () => {
  it('says which, above the canvas and on the node', async () => {
    await shell.ready();
    await openTheirs();
    expect(await seen(banner())).toBe(true);
    await shell.button('Get it or choose another').click();
    expect(await seen(dialog().getByText('It is not here. Needed by Load Diffusion Model.'))).toBe(true);
    expect(await dialog().getByText('17 MB').isVisible()).toBe(true);
    expect(await dialog().getByText('MIT').isVisible()).toBe(true);
    // Their workflow is one of ours with another model.
    expect(await seen(dialog().getByRole('button', { name: 'Reconstruction' }))).toBe(true);
  });

  it('asks for an access token, takes it, shows how far it is, stops and goes on', async () => {
    await dialog().getByRole('button', { name: 'Download Paint model' }).click();
    expect(await seen(dialog().getByText(/signed in/))).toBe(true);
    await dialog().getByLabel('Access token of the hub').fill(TOKEN);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().getByText('An access token is saved on this server.').waitFor();
    await dialog().getByRole('button', { name: 'Try again' }).click();
    const bar = dialog().getByRole('progressbar');
    await expect.poll(() => bar.getAttribute('aria-valuenow'), { timeout: 30_000 }).toMatch(/^[3-9]\d$/);
    expect(
      await dialog()
        .getByText(/MB of 17 MB/)
        .isVisible(),
    ).toBe(true);
    await dialog().getByRole('button', { name: 'Stop the download of Paint model' }).click();
    expect(await seen(dialog().getByText(/^Stopped, /))).toBe(true);
    letGo();
    await dialog().getByRole('button', { name: 'Resume' }).click();
  });

  it('is ready when the model is there, without a reload, and runs', async () => {
    expect(await gone(dialog())).toBe(true);
    expect(await seen(app.page.getByText('All models are here: the workflow is ready to run.'))).toBe(true);
    expect(await banner().isVisible()).toBe(false);
    await shell.run();
    await shell.inspector.getByText(/^Done/).waitFor();
    const { runs } = (await (await fetch(`${app.url}/api/runs`)).json()) as { runs: { id: string }[] };
    const record = await (await fetch(`${app.url}/api/runs/${runs[0]!.id}`)).json();
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(record).toMatchObject({ state: 'done', workflow: { models: { paint: { hash } } } });
  });
});

describe('the Models panel', () => {
  it('says what a model is and where it is used, and verifies it', async () => {
    const drawer = await shell.drawer('Models');
    expect(await seen(entry(drawer).getByText(/Used by Load Diffusion Model/))).toBe(true);
    await shell.choose('More for Paint model', 'Verify');
    expect(await seen(app.page.getByText(/^Paint model: /).last())).toBe(true);
  });

  it('removes it when asked twice, and the workflow says so', async () => {
    await shell.choose('More for Paint model', 'Delete');
    const question = app.page.getByRole('dialog', { name: 'Delete “Paint model”?' });
    await question.getByRole('button', { name: 'Delete' }).click();
    expect(await seen(app.page.getByText(/This workflow needs a model that is not here/))).toBe(true);
  });

  it('takes a model by its path, and says why one cannot be taken', async () => {
    const drawer = await shell.drawer('Models');
    await drawer.getByText('Add your own', { exact: true }).click();
    const path = drawer.getByLabel(/^Path of a file or folder/);
    await path.fill('/nowhere/model.ckpt');
    await drawer.getByRole('button', { name: 'Add', exact: true }).click();
    expect(await seen(app.page.getByText(/\/nowhere\/model\.ckpt/).last())).toBe(true);
    await path.fill(join(process.cwd(), 'models/builtin/model'));
    await drawer.getByRole('button', { name: 'Add', exact: true }).click();
    expect(await seen(drawer.getByText(/, linked$/))).toBe(true);
    expect(app.errors.filter((error) => !/status of 4/.test(error))).toEqual([]);
  });
});

describe('a prompt', () => {
  it('tells its tokens as one types, and what would be cut', async () => {
    const { page } = app;
    await (await shell.drawer('Workflows')).getByRole('button', { name: /^Text to image/ }).click();
    const node = page.locator('[data-item=node][data-id="prompt"]');
    await node.getByText(/^\d+ of 77 tokens$/).waitFor();
    await node.getByRole('textbox', { name: 'Prompt' }).fill('a fox');
    expect(await seen(node.getByText('4 of 77 tokens'))).toBe(true);
    await node.getByRole('textbox', { name: 'Prompt' }).fill('fox '.repeat(76));
    expect(await seen(node.getByText('80 of 154 tokens, in 2 pieces'))).toBe(true);
    await node.getByRole('button', { name: /more$/ }).click();
    await node.getByRole('combobox', { name: 'If too long' }).selectOption({ label: 'Is cut off' });
    expect(await seen(node.getByText('78 of 77 tokens. Cut off: fox'))).toBe(true);
  });

  it('that comes in over a link from a Text node is counted there as it is written', async () => {
    const { page } = app;
    const node = (id: string, type: string, params: object, x: number): object => {
      return { id, type, params, version: 1, position: { x, y: 0 } };
    };
    const nodes = [
      node('words', 'values/text', { text: 'a fox' }, 0),
      node('prompt', 'diffusion/prompt', { prompt: 'not this' }, 320),
    ];
    const links = [{ from: { node: 'words', port: 'text' }, to: { node: 'prompt', port: 'prompt' } }];
    const about = { format: 'impasto-workflow', version: 1, title: 'Words', description: '' };
    const text = JSON.stringify({ ...about, nodes, links, groups: [], notes: [] });
    const bytes = new TextEncoder().encode(text);
    await shell.drop({ name: 'words.json', type: 'application/json', bytes });
    const prompt = page.locator('[data-item=node][data-id=prompt]');
    expect(await seen(prompt.getByText('4 of 77 tokens'))).toBe(true);
    await page.locator('[data-item=node][data-id=words]').getByRole('textbox').fill('a red fox');
    expect(await seen(prompt.getByText('5 of 77 tokens'))).toBe(true);
  });
});
