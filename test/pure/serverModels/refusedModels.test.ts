import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addLink } from '../../../server/models/addLink.ts';
import { findModels } from '../../../server/models/findModels.ts';
import { locateModel } from '../../../server/models/locateModel.ts';
import { modelFiles } from '../../../server/models/modelFiles.ts';
import { modelFolders } from '../../../server/models/modelFolders.ts';
import { ModelRegister } from '../../../server/models/modelRegister.ts';
import { requireModel } from '../../../server/models/requireModel.ts';
import { disk } from '../../../server/storage/disk.ts';

/** Links in a circle are refused to everybody, also to an administrator, whom permissions do not stop. */
const circle = (path: string) => symlink(path, path);

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const inModels = (...names: string[]) => at('models', ...names);
const folders = () => modelFolders({ dataFolder: folder, builtinFolder: at('builtin') });
const found = async (name: string) => (await findModels(folders())).find((model) => model.name === name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-refused-'));
  await mkdir(inModels('group'), { recursive: true });
  await circle(inModels('circle.safetensors'));
  await circle(inModels('group', 'inner.ckpt'));
  await symlink(at('unplugged', 'disk'), inModels('dangling'));
  await symlink('far.ckpt', inModels('group', 'gone.ckpt'));
  await symlink('gone', inModels('group', 'no weights by its name'));
  for (const part of ['unet', 'vae']) await mkdir(inModels('sd', part), { recursive: true });
  await writeFile(inModels('sd', 'unet', 'diffusion_pytorch_model.safetensors'), 'x');
  await circle(inModels('sd', 'vae', 'diffusion_pytorch_model.safetensors'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

it.each(['circle.safetensors', 'group/inner.ckpt'])(
  '%s is listed with why it cannot be read',
  async (name) => {
    const path = inModels(...name.split('/'));
    const problem = `It cannot be read: its links lead in a circle (${path}).`;
    expect(await found(name)).toMatchObject({ path, problem });
    const sentence = `The model "${name}" cannot be read: its links lead in a circle (${path}).`;
    await expect(locateModel(name, folders())).rejects.toMatchObject({ code: 'conflict', message: sentence });
    await expect(requireModel(name, folders())).rejects.toThrow(sentence);
  },
);

it('a link of the file system that leads nowhere is listed with where it leads', async () => {
  const problem = (target: string) => `It is a link to ${target}, which is not there: is its disk connected?`;
  expect(await found('dangling')).toMatchObject({ missing: true, problem: problem(at('unplugged', 'disk')) });
  expect(await found('group/gone.ckpt')).toMatchObject({ missing: true, problem: problem('far.ckpt') });
  expect(await found('group/no weights by its name')).toBeUndefined();
  await expect(locateModel('dangling', folders())).rejects.toThrow(/"dangling" is a link to .* not there/);
});

it('a file of a model that is refused is not left out of it', async () => {
  const files = await modelFiles((await found('sd'))!);
  const vae = inModels('sd', 'vae', 'diffusion_pytorch_model.safetensors');
  expect(files.problem).toBe(`It cannot be read: its links lead in a circle (${vae}).`);
  await expect(requireModel('sd', folders())).rejects.toThrow(/^The model "sd" cannot be read: its links/);
});

it('what is refused is not added', async () => {
  await circle(at('loop.ckpt'));
  const place = { folders: folders(), register: new ModelRegister(at('models.json'), disk) };
  await expect(addLink({ path: at('loop.ckpt') }, place)).rejects.toThrow(
    `${at('loop.ckpt')} cannot be added: its links lead in a circle.`,
  );
});

it('a models folder that is refused is not an empty one', async () => {
  const other = modelFolders({ dataFolder: at('other'), builtinFolder: at('builtin') });
  expect(await findModels(other)).toHaveLength(1);
  await mkdir(at('other'));
  await circle(other.models);
  await expect(findModels(other)).rejects.toMatchObject({ code: 'ELOOP', path: other.models });
});

it('of a folder with far too many files the first are listed, and that is said', async () => {
  await mkdir(inModels('many'));
  await Promise.all(
    Array.from({ length: 501 }, (_, n) => writeFile(inModels('many', `${1000 + n}.ckpt`), 'x')),
  );
  const many = (await findModels(folders())).filter(({ path }) => path.startsWith(inModels('many')));
  expect(many).toHaveLength(501);
  expect(await found('many')).toMatchObject({
    problem: 'It holds 501 files and folders; the first 500 of them are looked at.',
  });
  await rm(inModels('many'), { recursive: true });
});

it('a path in the home folder is written with ~, and names stay on one line', async () => {
  vi.stubEnv('HOME', folder);
  const place = { folders: folders(), register: new ModelRegister(at('models.json'), disk) };
  const name = 'two\nlines\u001B[31m.ckpt';
  await writeFile(at('home.ckpt'), 'x');
  await writeFile(at(name), 'x');
  expect(await addLink({ path: '~/home.ckpt' }, place)).toBe('home.ckpt');
  await expect(addLink({ path: `~/${name}` }, place)).rejects.toThrow(/^[^\p{Cc}]+cannot hold\.$/u);
  await expect(addLink({ path: '~/no\nthing.ckpt' }, place)).rejects.toThrow(/^[^\p{Cc}]+at that path\.$/u);
});

it('thousands of models are told apart at once', async () => {
  const many = modelFolders({ dataFolder: at('many'), builtinFolder: at('builtin') });
  const links = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`m${n}.ckpt`, at('gone.ckpt')]));
  await mkdir(at('many'));
  await writeFile(many.register, JSON.stringify({ links: { ...links, 'M7.ckpt': at('gone.ckpt') } }));
  const notes = (await findModels(many)).filter(({ note }) => note !== undefined);
  expect(notes.map(({ name }) => name)).toEqual(['M7.ckpt', 'm7.ckpt']);
});
