import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readText } from '../../models/image/pngText.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { writeTinyModel } from '../helpers/writeTinyModel.ts';
import { drawing } from './fixtures/pictures.ts';
import { runProgram, startProgram } from './fixtures/program.ts';
import { until } from './fixtures/until.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-cli-'));
  await writeTinyModel(at('data', 'models', 'tiny'));
  await writeFile(at('photo.png'), await drawing(80, 64).png().toBuffer());
  await writeFile(at('copy.json'), JSON.stringify(copy));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const node = (id: string, type: string, params: Record<string, string | number> = {}) => ({
  id,
  type,
  version: 1,
  params,
  position: { x: 0, y: 0 },
});
const copy: WorkflowDocument = {
  format: 'impasto-workflow',
  version: 1,
  title: 'Copy',
  description: '',
  nodes: [node('source', 'image/load'), node('copied', 'image/save')],
  links: [{ from: { node: 'source', port: 'image' }, to: { node: 'copied', port: 'image' } }],
  groups: [],
  notes: [],
};

const impasto = (...args: string[]) => runProgram('impasto', args, folder);

it('runs a file with a picture from a path and names the output after its node', async () => {
  const { code, out, err } = await impasto(
    'run',
    'copy.json',
    '--set',
    'source.image=photo.png',
    '--out',
    'results',
    '--data',
    'data',
  );
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/Saved .*copied\.png/);
  expect(await readdir(at('results'))).toEqual(['copied.png']);
  expect(await sharp(at('results', 'copied.png')).metadata()).toMatchObject({ width: 80, height: 64 });
  const inside = readText(await readFile(at('results', 'copied.png')));
  expect(JSON.parse(inside['impasto-workflow']!)).toMatchObject({ title: 'Copy' });
});

it('tells programs the same as lines of JSON', async () => {
  const { code, out } = await impasto(
    'run',
    'copy.json',
    '--set',
    'source.image=photo.png',
    '--out',
    'json',
    '--data',
    'data',
    '--json',
  );
  expect(code).toBe(0);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; state?: string });
  expect(lines[0]).toMatchObject({ kind: 'ready', device: 'cpu' });
  expect(lines).toContainEqual({ kind: 'output', node: 'copied', path: at('json', 'copied.png') });
  expect(lines.at(-1)).toMatchObject({ kind: 'finished', state: 'done' });
});

it('runs a template with a model, and stops between steps on Ctrl+C', async () => {
  const small = [
    '--set',
    'model.model=tiny',
    '--set',
    'size.value=64',
    '--data',
    'data',
    '--out',
    'template',
  ];
  const done = await impasto('run', 'styleid', ...small, '--set', 'steps.value=4');
  expect([done.code, done.err]).toEqual([0, '']);
  expect(await readdir(at('template'))).toEqual(['result.png']);

  const { child, ended } = startProgram(
    'impasto',
    ['run', 'styleid', ...small, '--set', 'steps.value=500', '--json'],
    folder,
  );
  // Once: a second Ctrl+C does not wait for the engine.
  let pressed = false;
  child.stdout!.on('data', (chunk: Buffer) => {
    if (pressed || !chunk.toString().includes('"kind":"step"')) return;
    pressed = true;
    child.kill('SIGINT');
  });
  const { code, out } = await ended;
  expect(code).toBe(130);
  expect(out).toMatch(/"kind":"finished","state":"cancelled"/);
});

it.skipIf(process.platform !== 'linux')(
  'Ctrl+Z pauses a run and stops the process; fg has it go on',
  async () => {
    const small = ['--set', 'model.model=tiny', '--set', 'size.value=64', '--set', 'steps.value=30'];
    const { child, ended } = startProgram(
      'impasto',
      ['run', 'styleid', ...small, '--data', 'data', '--out', 'paused', '--json'],
      folder,
    );
    const said = (line: string) =>
      new Promise<void>((resolve) => {
        child.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes(line) && resolve());
      });
    const [stepped, paused] = [said('"kind":"step"'), said('"kind":"paused"')];
    await stepped;
    child.kill('SIGTSTP');
    await paused;
    const isStopped = async () => / T /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8'));
    await until('the process is stopped', isStopped);
    child.kill('SIGCONT');
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /"kind":"pausing"(.*\n)+.*"kind":"paused"(.*\n)+.*"kind":"resumed"(.*\n)+.*"state":"done"/,
    );
    expect(await readdir(at('paused'))).toEqual(['result.png']);
  },
);

it.each([
  [
    ['--set', 'source.image=nowhere.png'],
    'source.image: The picture nowhere.png cannot be read: there is no such file. [missing-file]',
  ],
  [['--set', 'source.image=data'], /^source\.image: The picture data cannot be read: it is a folder\. \[/],
  [['--set', 'source.image=copy.json'], /^source\.image: copy\.json: .*no picture.*\[bad-parameter\]/],
  [[], /^source\.image: .*has no picture yet.*\[missing-file\]/],
  [['--set', 'nobody.image=x'], /No node belongs to the override "nobody\.image"/],
  [['--set', 'source.color=x', '--set', 'source.image=photo.png'], /source\.color: .*names no parameter/],
])('with %j it fails with the sentence that the editor shows', async (args, sentence) => {
  const { code, out } = await impasto('run', 'copy.json', '--data', 'data', ...args);
  expect(code).toBe(1);
  expect(out.trim()).toMatch(sentence);
});

it('says what keeps a file from running', async () => {
  const broken = { ...copy, nodes: [...copy.nodes, node('x', 'future/thing')] };
  await writeFile(at('broken.json'), JSON.stringify(broken));
  const { code, out } = await impasto('validate', 'broken.json', '--data', 'data');
  expect(code).toBe(1);
  expect(out).toMatch(/x: .*\[unknown-node-type\]/);
  expect(out).toMatch(/source\.image: .*\[missing-file\]/);
  await writeFile(at('cut.json'), '{"format": "impasto-');
  expect((await impasto('validate', 'cut.json', '--data', 'data')).out).toMatch(/\[malformed\]/);
  expect(await impasto('validate', 'styleid', '--data', 'data')).toMatchObject({
    code: 0,
    out: 'styleid can run.\n',
  });
});

it.each([
  [['run', 'nowhere.json'], /There is no file nowhere\.json/],
  [['run', 'copy.json', '--set', 'nonsense'], /must look like node\.parameter=value/],
  [
    ['run', 'copy.json', '--set', 'source.image=photo.png', '--out', 'photo.png'],
    /is a file; a folder is needed/,
  ],
  [['run', 'copy.json', '--device', 'toaster'], /^option '--device/],
  [['run', 'data'], /^data cannot be read: it is a folder\.$/],
  [['nonsense'], /^unknown command/],
])('%j is refused in one sentence, as text and as JSON', async (args, sentence) => {
  const data = args.length > 1 ? ['--data', 'data'] : [];
  const { code, err } = await impasto(...args, ...data);
  expect(code).toBe(1);
  expect(err.trim()).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
  const told = await impasto(...args, ...data, '--json');
  expect([told.code, told.err]).toEqual([1, '']);
  expect(JSON.parse(told.out)).toEqual({ kind: 'error', message: expect.stringMatching(sentence) });
});

it.skipIf(process.platform !== 'linux')(
  'does not wait for ever for a folder that cannot be made',
  async () => {
    const picture = ['--set', 'source.image=photo.png'];
    const { code, err } = await impasto(
      'run',
      'copy.json',
      ...picture,
      '--out',
      '/proc/x/y',
      '--data',
      'data',
    );
    expect([code, err]).toEqual([1, 'The folder /proc/x/y cannot be written to.\n']);
  },
);

it.each(['unet', 'encoder', 'decoder'])('explains where the operators of a %s run', async (network) => {
  const args = ['--explain', `tiny:${network}`, '--device', 'cpu', '--size', '64x128', '--data', 'data'];
  const { out, err } = await impasto('devices', ...args);
  expect(err).toBe('');
  expect(out).toMatch(
    /^tiny:\w+ for 64x128 pixels on the CPU in float32\. You asked .*\n.* optimised it, .*\nOn the CPU: \d\d+\.\n$/,
  );
});

it.each([
  [['--explain', 'tiny'], /^--explain takes one of MODEL:unet, .*; found "tiny"\.$/],
  [['--explain', 'tiny:text', '--device', 'cpu'], /has no text encoder: it holds UNet and autoencoder only/],
  [['--explain', 'builtin:text', '--device', 'cpu'], /^builtin:text: builtin has no text encoder/],
  [['--explain', 'nobody:unet'], /^There is no model "nobody"/],
  [['--explain', '../tiny:unet'], /^There is no model/],
  [['--explain', 'tiny:unet', '--size', '100x64'], /^--size takes WIDTHxHEIGHT .*; found "100x64"\.$/],
  [['--size', '64x64'], /^--size goes with --explain/],
])('devices %j is told what is wrong', async (args, sentence) => {
  const { code, out } = await impasto('devices', ...args, '--json', '--data', 'data');
  const said = JSON.parse(out) as { kind: string; message: string };
  expect([code, said.kind, said.message]).toEqual([1, 'error', expect.stringMatching(sentence)]);
});

it('trains through the Fine-tune template, and says what is wrong with each number and the painting', async () => {
  const train = (...args: string[]) => impasto('train', ...args, '--data', 'data');
  const missing = await train('missing.png');
  expect([missing.code, missing.out]).toEqual([
    1,
    expect.stringContaining('The picture missing.png cannot be read'),
  ]);
  const wrong = await train('photo.png', '--steps', 'abc', '--learning-rate', '5');
  expect(wrong.code).toBe(1);
  expect(wrong.out).toMatch(/train\.steps: .*found "abc".*\n.*train\.learningRate: .*found 5/);
  const choice = await train('photo.png', '--other-settings', 'perhaps');
  expect([choice.code, choice.err]).toEqual([1, expect.stringContaining('refuse, go-on, begin-again')]);
  const small = await train('photo.png', '--model', 'tiny', '--name', 'small', '--crop', '96');
  expect([small.code, small.out]).toEqual([
    1,
    expect.stringContaining('The painting has 80 x 64 pixels; expected 96'),
  ]);
});

it('lists node types and devices', async () => {
  expect((await impasto('nodes', '--data', 'data')).out).toContain('image/load  Load Image');
  const nodes = (await impasto('nodes', '--json', '--data', 'data')).out.trim().split('\n');
  expect(JSON.parse(nodes[0]!)).toMatchObject({ type: 'image/load' });
  expect((await impasto('devices', '--data', 'data')).out).toMatch(/^CPU +works(.|\n)*auto takes /m);
});
