import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSettings, FromEngine, Inspection } from '../../../server/engine/messages.ts';
import type { LensAnswer } from '../../../server/protocol/inspection.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { smallTemplate, writeSmallBuiltin } from '../../helpers/smallBuiltin.ts';
import { startEngine as startEngineOn } from '../../helpers/startEngine.ts';

let folder: string;
let styleid: WorkflowDocument;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-inspection-'));
  await writeSmallBuiltin(join(folder, 'builtin'));
  styleid = await smallTemplate('styleid', { 'size.value': 64, 'steps.value': 4 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An engine that stays open after its runs, and what it says. */
function openEngine(data: string, settings: Partial<EngineSettings> = {}) {
  const said: FromEngine[] = [];
  const where = { dataFolder: join(folder, data), builtinFolder: join(folder, 'builtin'), settings };
  const { engine } = startEngineOn({ ...where, hear: (message) => said.push(message) });
  const ask = async (question: Inspection) => {
    await engine.inspect(said.length, question);
    return said.findLast((message) => message.kind === 'inspected')!;
  };
  return { engine, said, ask };
}

function withParam(document: WorkflowDocument, id: string, params: Record<string, unknown>) {
  const nodes = document.nodes.map((node) =>
    node.id === id ? { ...node, params: { ...node.params, ...(params as typeof node.params) } } : node,
  );
  return { ...document, nodes };
}

const point = { node: 'sample', step: 2, x: 0.4, y: 0.6 };
const lens = (run: string, more: object = {}): Inspection => ({
  about: 'lens',
  run,
  request: { ...point, ...more },
});

describe('steps of an earlier run', () => {
  it.each([
    ['in memory', 1e9],
    ['in files', 1],
  ])('are looked into, with the inversions %s', async (where, featureBudget) => {
    const { engine, ask } = openEngine(where, { featureBudget });
    await engine.run({ run: 'run00001', document: styleid });
    const { answer } = await ask(lens('run00001', { layer: 'output.9' }));
    expect(answer).toMatchObject({ lens: { layer: 'output.9', sources: [{ title: 'Style', width: 8 }] } });
    const { picture } = (answer as { lens: LensAnswer }).lens.sources[0]!;
    const request = { node: 'sample', step: 2, layer: 'output.9', picture };
    const seen = await ask({ about: 'picture', run: 'run00001', request });
    expect(seen.answer).toMatchObject({ picture: { width: 64, height: 64 } });
    const noise = await ask({
      about: 'channels',
      run: 'run00001',
      request: { node: 'sample', step: 2, kind: 'noise' },
    });
    expect(noise.answer).toMatchObject({ channels: { width: 8, height: 8, channels: { length: 4 } } });
    await engine.close();
    expect(await ask(lens('run00001'))).toMatchObject({ refusal: { code: 'gone' } });
  });

  it('stay while later runs take all from memory, and after others that sampled something else', async () => {
    const { engine, ask } = openEngine('later', { featureBudget: 1 });
    await engine.run({ run: 'run00001', document: styleid });
    await engine.run({ run: 'run00002', document: withParam(styleid, 'result', { name: 'other' }) });
    const first = (await ask(lens('run00001'))).answer;
    expect(first).toMatchObject({ about: 'lens', lens: { sources: [{ title: 'Style' }] } });
    await engine.run({ run: 'run00003', document: withParam(styleid, 'kv-swap', { tau: 9 }) });
    const other = (await ask(lens('run00003'))).answer;
    expect(other).toBeDefined();
    expect(other).not.toEqual(first);
    expect((await ask(lens('run00001'))).answer).toEqual(first);
    expect((await ask(lens('run00001', { node: 'style-invert' }))).answer).toMatchObject({ about: 'lens' });
    expect((await ask(lens('run00003'))).answer).toEqual(other);
    expect((await ask(lens('run00003', { step: 9 }))).refusal).toEqual({
      code: 'bad-request',
      message: '"sample" has 3 steps, found 9.',
    });
    expect((await ask(lens('run00009'))).refusal).toMatchObject({ code: 'gone' });
    await engine.close();
  });

  it('are gone when their inversions are, which are never made again for a look', async () => {
    const { engine, ask } = openEngine('forgetful', { outputCacheBudget: 1, inversionCacheBudget: 0 });
    await engine.run({ run: 'run00001', document: styleid });
    expect((await ask(lens('run00001'))).refusal).toBeUndefined();
    await engine.run({ run: 'run00002', document: withParam(styleid, 'kv-swap', { tau: 9 }) });
    expect((await ask(lens('run00001'))).refusal).toMatchObject({
      code: 'gone',
      message: expect.stringContaining('no longer in memory'),
    });
    const request = { node: 'sample', step: 3, kind: 'latent' } as const;
    expect((await ask({ about: 'channels', run: 'run00001', request })).refusal).toBeUndefined();
    await engine.close();
  });

  it('go one by one, the oldest first, when they outgrow their room', async () => {
    const { engine, ask } = openEngine('narrow', { stepBudget: 6000 });
    await engine.run({ run: 'run00001', document: styleid });
    const channels = async (step: number) => {
      const request = { node: 'sample', step, kind: 'noise' } as const;
      return (await ask({ about: 'channels', run: 'run00001', request })).refusal?.code;
    };
    expect([await channels(1), await channels(3)]).toEqual(['gone', undefined]);
    await engine.close();
  });

  it('wait while a run is going', async () => {
    const { engine, ask } = openEngine('busy');
    const running = engine.run({ run: 'run00001', document: styleid });
    expect(await ask(lens('run00001'))).toMatchObject({ refusal: { code: 'busy' } });
    await running;
    expect((await ask(lens('run00001'))).refusal).toBeUndefined();
    await engine.close();
  });
});

describe('a run that was cancelled', () => {
  it('goes on where it stopped, with the pictures of the steps before', async () => {
    const { engine, said } = openEngine('cancelled');
    const previews = { kind: 'linear' } as const;
    const isStep = (message: FromEngine) => message.kind === 'step' && message.step.node === 'sample';
    const cancel = setInterval(() => {
      if (said.some(isStep)) engine.cancel('run00001');
    }, 1);
    await engine.run({ run: 'run00001', document: withParam(styleid, 'steps', { value: 40 }), previews });
    clearInterval(cancel);
    const made = said.filter(isStep).length;
    expect(said.at(-1)).toMatchObject({ kind: 'finished', state: 'cancelled' });
    said.length = 0;
    await engine.run({ run: 'run00002', document: withParam(styleid, 'steps', { value: 40 }), previews });
    const steps = said.flatMap((message) => (message.kind === 'step' ? [message.step] : []));
    const sampled = steps.filter(({ node }) => node === 'sample');
    expect(sampled.map((step) => 'known' in step)).toEqual(sampled.map((_, i) => i < made));
    expect(sampled.length).toBe(39);
    expect(said.filter((message) => message.kind === 'preview' && message.node === 'sample').length).toBe(39);
    await engine.close();
  });
});
