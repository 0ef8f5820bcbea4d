import { mkdtemp, open, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerFacts, isOtherFile, joinFacts } from '../../../server/models/download/answerFacts.ts';
import type { RemoteAnswer } from '../../../server/models/download/openRemote.ts';
import { PartFiles } from '../../../server/models/download/partFiles.ts';
import { takeLock } from '../../../server/storage/takeLock.ts';
import { type PartState, readPartState } from '../../../server/models/download/partState.ts';
import { writeAnswer } from '../../../server/models/download/writeAnswer.ts';
import { disk } from '../../../server/storage/disk.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-receive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function answer(
  headers: Record<string, string>,
  { status = 200, chunks = [] }: { status?: number; chunks?: readonly Buffer[] } = {},
): RemoteAnswer {
  const header = (name: string) => headers[name];
  const body = (async function* () {
    yield* chunks;
  })();
  return { status, chunks: body, header, linked: header, host: 'hub.example', close: () => undefined };
}

describe('writing what arrives', () => {
  const megabyte = Buffer.alloc(2 ** 20);
  const write = async (bytes: number | undefined, full: boolean) => {
    const asked: number[] = [];
    const out = await open(at('x.part'), 'a+');
    const requireSpace = async (more: number) => {
      asked.push(more);
      if (full) throw new Error('The disk has not enough room.');
    };
    const chunks = Array.from({ length: 130 }, () => megabyte);
    try {
      await writeAnswer(out, answer({}, { chunks }), { from: 0, bytes, requireSpace, onBytes: () => {} });
    } finally {
      await out.close();
    }
    return asked;
  };

  it('asks the disk again and again, also when nobody said how much is to come', async () => {
    expect(await write(undefined, false)).toEqual([0, 0]);
  });

  it('asks for all that is to come where that is known', async () => {
    expect(await write(130 * 2 ** 20, false)).toEqual([67 * 2 ** 20, 3 * 2 ** 20]);
  });

  it('stops before the disk is full and keeps what there is', async () => {
    await expect(write(undefined, true)).rejects.toThrow('not enough room');
    expect((await readFile(at('x.part'))).length).toBe(63 * 2 ** 20);
  });
});

describe('a piece of a file', () => {
  const file = { path: 'x', url: 'https://hub.example/x', bytes: 100, validator: '"one"' };
  const piece = (headers: Record<string, string>) =>
    answerFacts(answer({ 'content-range': 'bytes 50-99/100', ...headers }, { status: 206 }));

  it('that is called otherwise than what is here does not belong to it', () => {
    expect(isOtherFile(file, piece({ etag: '"two"' }))).toBe(true);
    expect(isOtherFile(file, piece({ etag: '"one"' }))).toBe(false);
  });

  it('may be called by its date only, and keeps the better name', () => {
    const dated = piece({ 'last-modified': 'Sat, 21 Nov 2026 17:00:00 GMT' });
    expect(isOtherFile(file, dated)).toBe(false);
    expect(joinFacts(file, dated, 'x')).toEqual(file);
  });
});

describe('the lock of a download', () => {
  const lock = () => takeLock(at('x.lock'));

  it('is held by one at a time', async () => {
    const release = await lock();
    expect(await lock()).toBeUndefined();
    await release!();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that a process left behind is taken over by one of those who find it', async () => {
    await writeFile(at('x.lock'), `999999999 ${hostname()}`);
    const taken = await Promise.all(Array.from({ length: 8 }, lock));
    expect(taken.filter((release) => release !== undefined)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['x.lock']);
    await taken.find((release) => release !== undefined)!();
  });

  it('of another machine is believed until it is not touched any more', async () => {
    await writeFile(at('x.lock'), '999999999 elsewhere');
    expect(await lock()).toBeUndefined();
    const old = new Date(Date.now() - 120_000);
    await utimes(at('x.lock'), old, old);
    await (await lock())!();
  });
});

describe('a plan beside what was received', () => {
  const plan: PartState = {
    title: 'x',
    name: 'x.ckpt',
    layout: 'file',
    request: { repository: 'org/x', file: 'x.ckpt' },
    source: 'org/x',
    files: [{ path: 'x.ckpt', url: 'https://hub.example/x', bytes: 5 }],
  };
  const parts = () => new PartFiles(plan, { folder, disk });

  it('that is refused costs nothing of what was received', async () => {
    await symlink(at('x.ckpt.part.json'), at('x.ckpt.part.json'));
    await writeFile(at('x.ckpt.part'), 'abc');
    await expect(readPartState(at('x.ckpt.part.json'))).rejects.toMatchObject({ code: 'ELOOP' });
    const files = parts();
    await expect(files.takeUp()).rejects.toMatchObject({ code: 'ELOOP' });
    await files.discardEmpty();
    expect(await readFile(at('x.ckpt.part'), 'utf8')).toBe('abc');
  });

  it('is written also when the server tells nothing new', async () => {
    await parts().update(0, plan.files[0]!);
    expect(await readPartState(at('x.ckpt.part.json'))).toEqual(plan);
  });
});
