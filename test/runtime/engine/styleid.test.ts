import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import { readText } from '../../../models/image/pngText.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import type { EngineSettings } from '../../../server/engine/messages.ts';
import { smallTemplate, writeSmallBuiltin } from '../../helpers/smallBuiltin.ts';
import { pictureOf, startEngine as startEngineOn } from '../../helpers/startEngine.ts';

const SIZE = 64;
const STEPS = 5;
let folder: string;
let styleid: WorkflowDocument;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-engine-'));
  await writeSmallBuiltin(join(folder, 'builtin'));
  styleid = await smallTemplate('styleid', { 'size.value': SIZE, 'steps.value': STEPS });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function withGamma(document: WorkflowDocument, gamma: number): WorkflowDocument {
  const nodes = document.nodes.map((node) =>
    node.id === 'kv-swap' ? { ...node, params: { ...node.params, gamma } } : node,
  );
  return { ...document, nodes };
}

/** A fresh engine, as after a restart, on the data folder of that name. */
const startEngine = (data: string, also: { settings?: Partial<EngineSettings>; version?: string } = {}) =>
  startEngineOn({ dataFolder: join(folder, data), builtinFolder: join(folder, 'builtin'), ...also });

describe('StyleID through the engine', () => {
  it('paints, shows its steps, and saves a PNG that carries the workflow', async () => {
    const told = await startEngine('first').run(styleid);
    expect(told.finished).toEqual({ kind: 'finished', run: 'run00001', state: 'done' });
    const { bytes, extension } = pictureOf(told);
    expect(extension).toBe('png');
    const { picture } = await decodePicture(bytes);
    expect([picture.width, picture.height]).toEqual([SIZE, SIZE]);
    const texts = readText(bytes);
    expect(parseDocument(texts['impasto-workflow']).document).toEqual(styleid);
    const about = JSON.parse(texts['impasto-run']!) as { seeds: unknown; models: { hash: string }[] };
    expect(about.seeds).toMatchObject({ 'content-encode.seed': '22', 'style-encode.seed': '23' });
    expect(about.models[0]!.hash).toMatch(/^[0-9a-f]{64}$/);

    const stepsOf = (id: string) => told.of('step').flatMap(({ step }) => (step.node === id ? [step] : []));
    expect(stepsOf('sample').map(({ step, of }) => `${step}/${of}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
    for (const node of ['content-invert', 'style-invert', 'sample']) {
      const previews = told.of('preview').filter((message) => message.node === node);
      expect(previews.map(({ step }) => step)).toEqual(stepsOf(node).map(({ step }) => step));
      // One pixel for each cell of the latent.
      expect([previews[0]!.picture.width, previews[0]!.picture.height]).toEqual([SIZE / 8, SIZE / 8]);
    }
    expect(told.of('model')).toMatchObject([{ name: 'builtin', title: 'Built-in model' }]);
    expect(told.messages.at(-1)?.kind).toBe('finished');
  });

  it('gives the same bytes again with empty caches', async () => {
    const first = pictureOf(await startEngine('second').run(styleid));
    const again = pictureOf(await startEngine('third').run(styleid, false));
    expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
  });

  it('lets features outgrow memory, and still has them in the next run', async () => {
    const { run } = startEngine('fourth', { settings: { featureBudget: 1 } });
    const spilled = await run(styleid, false);
    const inverted = spilled.of('node').findLast(({ node }) => node === 'style-invert');
    expect(inverted?.record.notes).toMatchObject({
      'features kept as': 'float16',
      'features in memory': '0.0 MB',
    });
    const again = await run(withGamma(styleid, 0.3), false);
    expect(again.states).toMatchObject({ 'style-invert': 'cached', sample: 'done' });
    expect(await readdir(join(folder, 'fourth', 'spill')).catch(() => [])).toEqual([]);
  });

  it('skips the photo’s inversion for a second style, also after a restart', async () => {
    const other = await smallTemplate('styleid', {
      'size.value': SIZE,
      'steps.value': STEPS,
      'style.image': 'sample:photo.png',
    });
    const before = startEngine('fifth');
    const first = await before.run(styleid, false);
    expect(first.states['content-invert']).toBe('done');
    const warm = await before.run(other, false);
    expect(warm.states).toMatchObject({ 'content-invert': 'cached', 'style-invert': 'done', sample: 'done' });
    const restarted = await startEngine('fifth').run(styleid, false);
    expect(restarted.states).toMatchObject({
      'content-invert': 'cached',
      'style-invert': 'cached',
      sample: 'done',
    });
    expect(Buffer.compare(pictureOf(first).bytes, pictureOf(restarted).bytes)).toBe(0);
    const updated = await startEngine('fifth', { version: 'newer' }).run(styleid, false);
    expect(updated.states['content-invert']).toBe('done');
  });

  it('executes only what a changed parameter touches', async () => {
    const { run } = startEngine('sixth');
    await run(styleid, false);
    const { states } = await run(withGamma(styleid, 0.3), false);
    expect(states).toMatchObject({
      adain: 'cached',
      'kv-swap': 'done',
      sample: 'done',
      'style-invert': 'cached',
    });
  });

  it('cancels between steps and can run again', async () => {
    const { engine, run } = startEngine('seventh');
    const slow = await smallTemplate('styleid', { 'size.value': SIZE, 'steps.value': 200 });
    const running = run(slow, false);
    setTimeout(() => engine.cancel('run00001'), 150);
    const told = await running;
    expect(told.finished.state).toBe('cancelled');
    expect(told.states['result']).toBe('skipped');
    expect((await run(styleid, false)).finished.state).toBe('done');
  });

  it('locates what is wrong with sizes, models and layers', async () => {
    const { run } = startEngine('eighth');
    const errorWith = async (overrides: Record<string, string | number>) =>
      (
        await run(
          await smallTemplate('styleid', { 'size.value': SIZE, 'steps.value': STEPS, ...overrides }),
          false,
        )
      ).finished.error;
    expect(await errorWith({ 'model.model': '../../etc' })).toMatchObject({
      code: 'missing-model',
      node: 'model',
      port: 'model',
    });
    expect(await errorWith({ 'model.model': 'nothing' })).toMatchObject({
      code: 'missing-model',
      node: 'model',
    });
    expect(await errorWith({ 'style.image': 'sample:none.png' })).toMatchObject({
      code: 'missing-file',
      node: 'style',
      port: 'image',
    });
    expect(await errorWith({ 'style.image': '../../../etc/passwd' })).toMatchObject({
      code: 'missing-file',
      node: 'style',
    });
    expect(await errorWith({ 'kv-swap.layers': '99' })).toMatchObject({
      code: 'bad-layers',
      node: 'kv-swap',
    });
    expect(await errorWith({ 'style-invert.capture': 'none' })).toMatchObject({
      code: 'bad-parameter',
      node: 'kv-swap',
      port: 'style',
    });
    expect(await errorWith({ 'size.value': 60.5 })).toMatchObject({ code: 'bad-parameter', port: 'width' });
  });
});

describe('the other templates', () => {
  it.each(['reconstruction', 'variation'])('%s runs to a picture', async (name) => {
    const document = await smallTemplate(name, { 'size.value': SIZE, 'steps.value': STEPS });
    const told = await startEngine(name).run(document);
    expect(told.finished).toMatchObject({ state: 'done' });
    expect(told.of('shown').some((shown) => shown.name === name)).toBe(true);
  });
});
