import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTemplate, pictureOf, startEngine } from '../../helpers/startEngine.ts';
import { writeTinyVgg } from '../../helpers/writeTinyVgg.ts';

let dataFolder: string;
const common = { 'vgg.model': 'tiny.safetensors', 'result.name': 'result' };

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'impasto-optimised-'));
  await mkdir(join(dataFolder, 'models'));
  await writeTinyVgg(join(dataFolder, 'models', 'tiny.safetensors'));
});
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

/** What a fresh engine, as after a restart, makes of a template. */
async function run(template: string, overrides: Record<string, string | number>) {
  const engine = startEngine({ dataFolder, builtinFolder: 'models/builtin' });
  const told = await engine.run(await loadTemplate(template, { ...common, ...overrides }));
  expect(told.finished).toMatchObject({ state: 'done' });
  return told;
}

it('an optimised picture is not optimised again after a restart', async () => {
  const small = { 'resize.width': 48, 'resize.height': 48, 'optimise.iterations': 3 };
  const first = await run('gatys-style-transfer', small);
  expect(first.states).toMatchObject({ optimise: 'done' });
  const again = await run('gatys-style-transfer', small);
  expect(again.states).toMatchObject({ optimise: 'cached' });
  expect(again.of('step')).toEqual([]);
  expect(Buffer.compare(pictureOf(first).bytes, pictureOf(again).bytes)).toBe(0);
  const longer = await run('gatys-style-transfer', { ...small, 'optimise.iterations': 4 });
  expect(longer.states).toMatchObject({ optimise: 'done' });
});

it('nor is a pass of Deep Painterly Harmonization, of which a later one wants other settings', async () => {
  const small = { 'resize.width': 64, 'resize.height': 64, 'first.iterations': 2, 'second.iterations': 2 };
  const template = 'deep-painterly-harmonization';
  const first = await run(template, small);
  const again = await run(template, small);
  expect(again.states).toMatchObject({ second: 'cached' });
  expect(Buffer.compare(pictureOf(first).bytes, pictureOf(again).bytes)).toBe(0);
  const other = await run(template, { ...small, 'second.level': 8 });
  expect(other.states).toMatchObject({ first: 'cached', second: 'done' });
});

it.each([
  ['gatys-style-transfer', 'optimise', { 'resize.width': 48, 'resize.height': 48, 'optimise.iterations': 6 }],
  [
    'deep-painterly-harmonization',
    'second',
    { 'resize.width': 64, 'resize.height': 64, 'first.iterations': 2, 'second.iterations': 6 },
  ],
] as const)('paused between two steps of %s, it goes on from there', async (template, node, small) => {
  const document = await loadTemplate(template, { ...common, ...small });
  const folder = await mkdtemp(join(dataFolder, 'paused-'));
  await mkdir(join(folder, 'models'));
  await writeTinyVgg(join(folder, 'models', 'tiny.safetensors'));
  const stepsOf = (told: { of(kind: 'step'): { step: { node: string; step: number } }[] }) =>
    told.of('step').flatMap(({ step }) => (step.node === node ? [step.step] : []));
  const { engine, run: start } = startEngine({
    dataFolder: folder,
    builtinFolder: 'models/builtin',
    hear: (message) =>
      message.kind === 'step' &&
      message.step.node === node &&
      message.step.step === 2 &&
      engine.pause('run00001'),
  });
  const paused = await start(document);
  expect(paused.finished).toMatchObject({ state: 'paused' });
  expect(paused.states[node]).toBe('paused');
  const goneOn = await start(document);
  expect(goneOn.states[node]).toBe('done');
  expect(stepsOf(paused).at(-1)! + 1).toBe(stepsOf(goneOn)[0]);
  expect(stepsOf(goneOn).at(-1)).toBe(6);
  const whole = await run(template, small);
  expect(Buffer.compare(pictureOf(goneOn).bytes, pictureOf(whole).bytes)).toBe(0);
});
