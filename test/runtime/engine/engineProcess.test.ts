import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSettings, FromEngine, ToEngine } from '../../../server/engine/messages.ts';
import { runOnce } from '../../../server/engine/runOnce.ts';
import { linearPreviews } from '../../../server/protocol/previews.ts';
import { writeTinyModel } from '../../helpers/writeTinyModel.ts';
import { toyDocument } from '../../pure/engine/toyNodes.ts';

const ENTRY = 'server/engine/main.ts';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-process-'));
  await writeTinyModel(join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = (): EngineSettings => ({
  dataFolder: join(folder, 'data'),
  builtinFolder: folder,
  device: 'cpu',
  precision: 'auto',
  sessionBudget: 1e9,
  outputCacheBudget: 1e8,
  featureBudget: 1e8,
  inversionCacheBudget: 1e8,
});

const noise = (steps: number, size = 64) =>
  toyDocument(
    {
      model: ['diffusion/load-model'],
      noise: ['latent/noise', { width: size, height: size }],
      sample: ['diffusion/sample', { steps, start: 'all' }],
      table: ['latent/statistics'],
    },
    [
      'model.autoencoder > noise.autoencoder',
      'model.denoiser > sample.denoiser',
      'noise.latent > sample.latent',
      'sample.latent > table.latent',
    ],
  );

/** The process as its supervisor starts it. */
function start(): {
  child: ChildProcess;
  send: (message: ToEngine) => void;
  next: <K extends FromEngine['kind']>(kind: K) => Promise<Extract<FromEngine, { kind: K }>>;
} {
  const child = fork(ENTRY, [JSON.stringify(settings())], {
    serialization: 'advanced',
    execArgv: ['--import', 'tsx'],
  });
  return {
    child,
    send: (message) => child.send(message),
    next: (kind) =>
      new Promise((resolve, reject) => {
        const hear = (message: unknown): void => {
          if ((message as FromEngine).kind !== kind) return;
          child.off('message', hear);
          resolve(message as never);
        };
        child.on('message', hear);
        child.once('exit', () => reject(new Error(`ended before ${kind}`)));
      }),
  };
}

describe('the engine process', () => {
  it('says what it is, answers, cancels, fails a bad workflow, and ends with its parent’s channel', async () => {
    const { child, send, next } = start();
    const ready = await next('ready');
    expect(ready).toMatchObject({ device: 'cpu' });
    expect(ready.versions['onnxruntime']).toMatch(/^\d+\.\d+/);

    send({ kind: 'ping', nonce: 7 });
    expect((await next('pong')).nonce).toBe(7);

    send({ kind: 'run', run: 'aaaaaaaa', document: noise(400), previews: linearPreviews });
    await next('step');
    send({ kind: 'cancel', run: 'aaaaaaaa' });
    expect(await next('finished')).toEqual({ kind: 'finished', run: 'aaaaaaaa', state: 'cancelled' });

    send({ kind: 'run', run: 'bbbbbbbb', document: { ...noise(2), links: [] }, previews: linearPreviews });
    expect((await next('finished')).error).toMatchObject({ code: 'missing-input', node: 'table' });

    send({ kind: 'run', run: 'cccccccc', document: noise(2), previews: linearPreviews });
    expect(await next('finished')).toMatchObject({ run: 'cccccccc', state: 'done' });

    const gone = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    child.disconnect();
    expect(await gone).toBe(0);
  });

  it('gives up its run when the server is gone', async () => {
    const { child, send, next } = start();
    await next('ready');
    send({ kind: 'run', run: 'aaaaaaaa', document: noise(500, 512) });
    const { milliseconds } = await next('step');
    const gone = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    const began = performance.now();
    child.disconnect();
    expect(await gone).toBe(0);
    expect(performance.now() - began).toBeLessThan(100 * milliseconds);
  });

  it('runs one workflow for the command line, and turns a crash into a failed run', async () => {
    const messages: FromEngine[] = [];
    const options = { entry: ENTRY, settings: settings(), document: noise(2) };
    const finished = await runOnce({ ...options, onMessage: (message) => messages.push(message) });
    expect(finished).toEqual({ state: 'done' });
    expect(messages.filter(({ kind }) => kind === 'step')).toHaveLength(2);

    const crashed = await runOnce({ ...options, entry: join(folder, 'none.js'), onMessage: () => undefined });
    expect(crashed).toMatchObject({ state: 'failed', error: { code: 'engine-crashed' } });
  });
});
