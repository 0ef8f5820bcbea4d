import { nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModelStore } from '../../../client/connection/modelStore.ts';
import { ServerLink } from '../../../client/connection/serverLink.ts';
import { modelOptions } from '../../../client/editor/controls/modelOptions.ts';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { MissingModels } from '../../../client/workbench/missingModels.ts';
import { Toasts } from '../../../client/workbench/toasts.ts';
import { WorkflowFile } from '../../../client/workbench/workflowFile.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import type { CatalogueEntry, Download, ModelSummary } from '../../../server/protocol/models.ts';
import { toyDocument } from '../engine/toyNodes.ts';
import { FakeSocket } from './fakeSocket.ts';
import { testDownload, testEntry, testModel } from './testModels.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const builtin = testModel({ name: 'builtin', builtin: true, role: 'diffusion' });

/** What the server has. */
let here: ModelSummary[];
let catalogue: CatalogueEntry[];
let downloads: Download[];
let socket: FakeSocket;
let models: ModelStore;

beforeEach(async () => {
  vi.useFakeTimers();
  [here, catalogue, downloads] = [[builtin], [], []];
  socket = new FakeSocket();
  models = new ModelStore({
    api: {
      models: async () => here,
      catalogue: async () => ({ entries: catalogue, problems: [] }),
      downloads: async () => downloads,
      hub: async () => ({ address: 'https://hub.example', offline: false, token: 'none' }),
    },
    link: new ServerLink(socket),
    report: (error) => {
      throw error;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Until what the server says has been read, and the workflow has been checked. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(200);
  await nextTick();
}

describe('the models that are known', () => {
  it('follow what the server says, and a word during a reading leads to another one', async () => {
    await models.load();
    here = [builtin, testModel({ name: 'one' })];
    socket.receive('models');
    here = [builtin, testModel({ name: 'one' }), testModel({ name: 'two' })];
    socket.receive('models');
    await settle();
    expect(models.list.map(({ name }) => name)).toEqual(['builtin', 'one', 'two']);
  });

  it('are read anew when the server is back', async () => {
    await models.load();
    here = [builtin, testModel({ name: 'new' })];
    socket.receive('connect');
    await settle();
    expect(models.list).toHaveLength(2);
  });

  it('never go back to what was so before, whatever arrives last', async () => {
    downloads = [testDownload({ state: 'waiting', at: 1 })];
    const reading = models.load();
    socket.receive('download', testDownload({ state: 'failed', at: 2 }));
    await reading;
    expect(models.downloadOf('sd')?.state).toBe('failed');
    models.setDownload(testDownload({ state: 'waiting', at: 1.5 }));
    expect(models.downloadOf('sd')?.state).toBe('failed');
    models.setDownload(testDownload({ state: 'waiting', at: 3 }));
    expect(models.downloadOf('sd')?.state).toBe('waiting');
  });

  it('are not put back by a list that was made before the last word of a download', async () => {
    downloads = [testDownload({ state: 'downloading', bytes: 3 })];
    const reading = models.load();
    socket.receive('download', testDownload({ state: 'failed', bytes: 3 }));
    await reading;
    expect(models.downloads).toMatchObject([{ state: 'failed' }]);
    downloads = [];
    await models.load();
    expect(models.downloads).toEqual([]);
  });

  it('are on their way until they are done, and can be looked up by what they are of', async () => {
    await models.load();
    socket.receive('download', testDownload({ state: 'downloading', bytes: 3 }));
    socket.receive('download', { nonsense: true });
    expect(models.downloadOf('sd')).toMatchObject({ bytes: 3 });
    socket.receive('download', testDownload({ state: 'done' }));
    expect(models.downloads).toEqual([]);
    expect(models.downloadOf('sd')).toBeUndefined();
  });
});

describe("a node's choice of models", () => {
  it('has all of them, those that do not fit last and with the reason', () => {
    const list = [
      testModel({ name: 'vae', role: 'autoencoder' }),
      builtin,
      testModel({ name: 'new' }),
      testModel({ name: 'dead', missing: true }),
      testModel({ name: 'bad', problem: 'It is cut off.' }),
    ];
    const need = { roles: ['diffusion'], parts: [], adapters: [] };
    const place = { value: 'builtin', need, reference: undefined };
    expect(modelOptions(list, place).map(({ title, disabled }) => [title, disabled])).toEqual([
      ['builtin', false],
      ['new', false],
      ['vae (for another use)', true],
      ['dead (its file is gone)', true],
      ['bad (cannot be used)', true],
    ]);
    const texts = { ...place, value: 'sd', need: { parts: ['text encoder'], adapters: [] } };
    const whole = testModel({ name: 'sd', parts: ['UNet', 'text encoder'] });
    const half = testModel({ name: 'unet', parts: ['UNet'] });
    expect(modelOptions([half, whole], texts).map(({ title }) => title)).toEqual([
      'sd',
      'unet (lacks a part that is used here)',
    ]);
    const steered = {
      ...place,
      value: 'sd',
      need: { ...need, adapters: [{ name: 'ph.pth', reference: undefined }] },
    };
    const adapter = testModel({ name: 'ph.pth', role: 'adapter', levels: [8, 16] });
    const fits = testModel({ name: 'sd', role: 'diffusion', levels: [8, 16] });
    const small = testModel({ name: 'small', role: 'diffusion', levels: [4, 8] });
    expect(modelOptions([small, fits, adapter], steered).map(({ title }) => title)).toEqual([
      'sd',
      'small (does not go with the adapter)',
      'ph.pth (for another use)',
    ]);
  });

  it('has its own first, when that is not here or has another name here', () => {
    const place = {
      value: 'sd.ckpt',
      need: { parts: [], adapters: [] },
      reference: { hash: A, title: 'SD' },
    };
    expect(modelOptions([builtin], place)[0]).toMatchObject({ value: 'sd.ckpt', title: 'SD (not here)' });
    expect(modelOptions([builtin], { ...place, value: '' })[0]).toMatchObject({ title: 'Choose a model' });
    const twin = testModel({ name: 'mine', hash: A });
    expect(modelOptions([twin], place)[0]).toMatchObject({ title: 'mine, for sd.ckpt' });
  });
});

describe('a workflow whose models are not here', () => {
  let session: EditorSession;
  let toasts: Toasts;
  let missing: MissingModels;
  let file: WorkflowFile;
  const workflow = {
    ...toyDocument(
      {
        first: ['diffusion/load-model', { model: 'sd.ckpt' }],
        second: ['diffusion/load-model', { model: 'sd.ckpt' }],
        third: ['diffusion/load-model', { model: 'builtin' }],
      },
      [],
    ),
    models: { 'sd.ckpt': { hash: A, title: 'SD 1.4', catalogue: ['sd'] } },
  };
  const modelsOf = (): unknown[] => session.document.nodes.map(({ params }) => params['model']);

  beforeEach(async () => {
    catalogue = [testEntry({ id: 'other' }), testEntry({ id: 'sd', sha256: A })];
    await models.load();
    const hooks: Partial<EditorHooks> = { models: () => models.list };
    const descriptions = [...describeNodes(nodeRegistry).values()];
    session = createEditorSession({ descriptions, hooks: hooks as EditorHooks });
    toasts = new Toasts();
    file = new WorkflowFile(session);
    missing = new MissingModels({ session, models, file, toasts });
    file.start(workflow, { name: 'theirs', revision: '1', saved: workflow });
    await settle();
  });
  afterEach(() => session.dispose());

  it('says which, where, and where to get it', () => {
    expect(missing.unsettled).toMatchObject([
      {
        name: 'sd.ckpt',
        title: 'SD 1.4',
        kind: 'missing-model',
        places: [
          { node: 'first', parameter: 'model' },
          { node: 'second', parameter: 'model' },
        ],
        entries: [{ id: 'sd' }],
        choices: [{ name: 'builtin' }],
      },
    ]);
  });

  it('offers what fits in its place, the built-in one last', async () => {
    const vae = testModel({ name: 'vae', role: 'autoencoder' });
    here = [builtin, vae, testModel({ name: 'mine', role: 'diffusion' })];
    socket.receive('models');
    await settle();
    expect(missing.list[0]!.choices.map(({ name }) => name)).toEqual(['mine', 'builtin']);
  });

  it('is ready as soon as the model is here, under any name, and says so', async () => {
    missing.open.value = true;
    here = [builtin, testModel({ name: 'pulled.ckpt', hash: A })];
    socket.receive('models');
    await settle();
    expect(missing.list).toEqual([]);
    expect(missing.open.value).toBe(false);
    expect(toasts.list.map(({ text }) => text)).toEqual([
      'All models are here: the workflow is ready to run.',
    ]);
    expect(session.adoptModels()).toEqual([['sd.ckpt', 'pulled.ckpt']]);
    expect(modelsOf()).toEqual(['pulled.ckpt', 'pulled.ckpt', 'builtin']);
    expect(session.exported().models).toMatchObject({ 'pulled.ckpt': { hash: A } });
  });

  it('takes another model in all places, in one step', async () => {
    missing.choose(missing.list[0]!, 'builtin');
    await settle();
    expect(modelsOf()).toEqual(['builtin', 'builtin', 'builtin']);
    expect([missing.list, toasts.list]).toEqual([[], []]);
    session.undo();
    expect(modelsOf()).toEqual(['sd.ckpt', 'sd.ckpt', 'builtin']);
  });

  it('tells a model of the same name apart, until it is taken for what it is', async () => {
    here = [builtin, testModel({ name: 'sd.ckpt', hash: B })];
    socket.receive('models');
    await settle();
    expect(missing.list).toMatchObject([{ kind: 'other-model' }]);
    expect(session.exported().models).toMatchObject({ 'sd.ckpt': { hash: A } });
    missing.choose(missing.list[0]!, 'sd.ckpt');
    await settle();
    expect(missing.list).toEqual([]);
    expect(session.exported().models).toMatchObject({ 'sd.ckpt': { hash: B } });
  });

  it('says what one for another use is, and what is needed', async () => {
    here = [builtin, testModel({ name: 'sd.ckpt', hash: A, role: 'exemplar' })];
    socket.receive('models');
    await settle();
    const message = expect.stringContaining('is Paint by Example');
    expect(missing.list).toMatchObject([{ kind: 'unfit-model', message }]);
  });

  it('is left as it is until another workflow is opened', async () => {
    missing.leave();
    expect([missing.unsettled.length, missing.list.length]).toEqual([0, 1]);
    file.update({ run: 'someotherrun' });
    await settle();
    expect(missing.unsettled).toEqual([]);
    file.replace({ ...workflow }, { name: undefined, revision: undefined, saved: null });
    await settle();
    expect(missing.unsettled).toHaveLength(1);
  });

  it('is not judged before the models are known', async () => {
    here = [];
    socket.receive('models');
    await settle();
    expect(missing.list).toEqual([]);
  });

  it('keeps what it says of its models through undo, drafts and saving', () => {
    session.setParam('third', 'model', 'sd.ckpt');
    session.undo();
    expect(session.exported().models).toEqual(workflow.models);
  });
});
