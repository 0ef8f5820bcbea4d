import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runtimeVersion } from '../../../models/runtime/runtimeVersion.ts';
import { machineFacts } from '../../../server/devices/machineFacts.ts';
import { EngineProcess } from '../../../server/runs/engineProcess.ts';
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
  stepBudget: 1e8,
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
    const {
      step: { milliseconds },
    } = await next('step');
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

  it.skipIf(process.platform === 'win32')(
    'a weight file that is cut short while it is mapped fails the run with a sentence that names it',
    async () => {
      const own = join(folder, 'own');
      await writeTinyModel(join(own, 'model'));
      const weights = join(own, 'model', 'unet', 'diffusion_pytorch_model.safetensors');
      const finished = await runOnce({
        entry: ENTRY,
        // In half precision the weights stay mapped: the next evaluation reads beyond the end of the file.
        settings: { ...settings(), builtinFolder: own, precision: 'float16' },
        document: noise(20),
        onMessage: ({ kind }) => {
          if (kind === 'step') truncateSync(weights, 0);
        },
      });
      expect(finished).toMatchObject({ state: 'failed', error: { code: 'changed' } });
      expect(finished.error!.message).toMatch(/^unet\/diffusion_pytorch_model\.safetensors: the file was /);
    },
  );

  it('a device that is lost in mid-run fails that run, and the next one works', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', 'none');
    vi.stubEnv('LOST_DEVICE_MARK', join(folder, 'lost'));
    vi.stubEnv('NODE_OPTIONS', `--import ${new URL('lostDevice.mjs', import.meta.url).href}`);
    const dataFolder = join(folder, 'lost-data');
    const known = join(dataFolder, 'cache', 'devices.json');
    await mkdir(dirname(known), { recursive: true });
    const reports = [{ device: 'webgpu', works: true }];
    await writeFile(known, JSON.stringify({ machine: machineFacts(runtimeVersion()), reports }));
    const engine = new EngineProcess({
      entry: ENTRY,
      settings: { ...settings(), dataFolder, device: 'webgpu' },
    });
    const ends = async (run: string) => {
      const finished = new Promise<FromEngine>((resolve) =>
        engine.on('message', (message) => {
          if (message.kind === 'finished' && message.run === run) resolve(message);
        }),
      );
      engine.send({ kind: 'run', run, document: noise(4), previews: linearPreviews });
      return finished;
    };
    try {
      const first = once(engine, 'ready');
      engine.start();
      expect((await first)[0]).toMatchObject({ device: 'webgpu' });
      const again = once(engine, 'ready');
      const lost = (await ends('run00001')) as Extract<FromEngine, { kind: 'finished' }>;
      expect(lost).toMatchObject({ state: 'failed', error: { code: 'device-lost', node: 'sample' } });
      expect(lost.error!.message).toBe(
        'WebGPU failed while a model ran on it. It is started again: run this once more. It said: Device lost: the driver was reset.',
      );
      await again;
      expect(await ends('run00002')).toMatchObject({ state: 'done' });
    } finally {
      vi.unstubAllEnvs();
      await engine.stop();
    }
  });
});
