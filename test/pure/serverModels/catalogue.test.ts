import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../server/models/modelCatalogue.ts';
import { nameProblem } from '../../../server/models/modelName.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-catalogue-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (own?: unknown) => {
  const path = join(folder, own === undefined ? 'none.json' : 'catalogue.json');
  if (own !== undefined) await writeFile(path, typeof own === 'string' ? own : JSON.stringify(own));
  return readCatalogue(path);
};

describe('the published models', () => {
  it('have ids and names of their own, and can be had or say where', async () => {
    const { entries, problems } = await read();
    expect(problems).toEqual([]);
    for (const list of [entries.map(({ id }) => id), entries.map(({ name }) => name)])
      expect(new Set(list).size).toBe(list.length);
    for (const entry of entries) {
      expect(nameProblem(entry.name)).toBeUndefined();
      expect(entry.homepage).toMatch(/^https:/);
      expect(entry.layout === 'folder' ? entry.files.length : entry.files.length - 1).toBe(0);
    }
    // Addresses that carry the file's sum must agree with it.
    for (const { url, files } of entries) {
      const sum = /\/([0-9a-f]{64})\//.exec(url ?? '')?.[1];
      expect(files[0]?.sha256 ?? sum).toBe(sum ?? files[0]?.sha256);
    }
  });

  it('serve the five methods', async () => {
    const methods = new Set((await read()).entries.flatMap((entry) => entry.methods));
    expect([...methods]).toEqual(
      expect.arrayContaining([
        'StyleID',
        'PHDiffusion',
        'Paint by Example',
        'Deep Painterly Harmonization',
        'DiffusionCLIP',
      ]) as never,
    );
  });
});

describe("a person's own catalogue", () => {
  const entry = { id: 'own', title: 'Own', role: 'vgg', homepage: 'https://example.org' };

  it('adds entries, and replaces published ones by id', async () => {
    const before = (await read()).entries.length;
    const { entries } = await read([entry, { ...entry, id: 'taesd', title: 'Mine' }]);
    expect(entries).toHaveLength(before + 1);
    expect(entries.filter(({ id }) => id === 'taesd')).toMatchObject([{ title: 'Mine', own: true }]);
  });

  it.each<[unknown, RegExp]>([
    ['{', /cannot be read: /],
    [{ entries: [] }, /must be a list of entries/],
    [[{ ...entry, homepage: 'javascript:x' }], /entry 1: "homepage" must be an address/],
    [[{ ...entry, role: 'toaster' }], /entry 1: "role" /],
    [[entry, entry], /entry 2: the id "own" is there twice/],
    [[{ ...entry, surprise: 1 }], /surprise/],
    [[{ ...entry, repository: 'nowhere' }], /"repository" must look like owner\/name/],
    [[{ ...entry, repository: 'a/b', url: 'https://x.org/x' }], /a repository or a url, not both/],
    [[{ ...entry, repository: 'a/b' }], /must name the one file to download, found 0/],
    [[{ ...entry, files: [{ path: '../x.ckpt' }] }], /must be a plain path|must not contain "\.\."/],
    [[{ ...entry, name: '../x' }], /is no name/],
    [[{ ...entry, files: [{ path: 'x.ckpt', sha256: 'x' }] }], /"files\.0\.sha256" must be 64/],
  ])('%j is told in a sentence', async (own, sentence) => {
    const { problems } = await read(own);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems[0]).toMatch(/^The catalogue catalogue\.json.*\.$/);
  });
});
