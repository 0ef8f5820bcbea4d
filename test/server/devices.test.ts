import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Device } from '../../models/runtime/device.ts';
import { KnownDevices } from '../../server/devices/knownDevices.ts';
import { placementInChild } from '../../server/devices/placementInChild.ts';
import { probeInChild } from '../../server/devices/probeInChild.ts';
import { runProgram } from './fixtures/program.ts';

const entry = fileURLToPath(new URL('fixtures/fakeProbe.mjs', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-devices-'));
});
afterEach(() => delete process.env['FAKE_DRIVER']);
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['crashes', 'CUDA took its process down when it was tried (SIGSEGV): its driver crashes.'],
  ['hangs', 'CUDA did not answer within 1.5 seconds: its driver hangs.'],
  ['talks nonsense', 'CUDA took its process down when it was tried (exit code 0): its driver crashes.'],
])('a driver that %s costs nothing', async (how, problem) => {
  process.env['FAKE_DRIVER'] = how;
  const report = await probeInChild('cuda', { entry, timeout: 1500 });
  expect(report).toEqual({ device: 'cuda', works: false, problem });
});

it.each([
  ['crashes', /on CUDA ended without an answer \(SIGSEGV\)/],
  ['hangs', /^CUDA did not open the network within 1\.5 seconds\.$/],
  ['talks nonsense', /on CUDA ended without an answer \(exit code 0\)/],
  ['opens silently', /^onnxruntime did not say where/],
])('a driver that %s while a network is explained gets a sentence', async (how, sentence) => {
  process.env['FAKE_DRIVER'] = how;
  const size = { width: 512, height: 512 };
  const place = { path: '/x', title: 'x', device: 'cuda', precision: 'float32' } as const;
  const request = { ...place, network: 'unet', ...size } as const;
  await expect(placementInChild(request, { entry, timeout: 1500 })).rejects.toThrow(sentence);
});

it('a driver that crashes when it is unloaded has done its work', async () => {
  process.env['FAKE_DRIVER'] = 'crashes late';
  expect(await probeInChild('cuda', { entry })).toEqual({ device: 'cuda', works: true, rate: 7 });
});

it('tries each device once, and again when the machine changes or the file is damaged', async () => {
  const file = join(folder, 'cache', 'devices.json');
  const tried: string[] = [];
  const known = (machine: string) =>
    new KnownDevices({
      file,
      machine,
      probe: async (device: Device) => {
        tried.push(`${machine} ${device}`);
        return { device, works: true, rate: tried.length };
      },
    });
  expect((await known('a').report('webgpu')).rate).toBe(1);
  expect((await known('a').report('webgpu')).rate).toBe(1);
  expect((await known('a').report('cuda')).rate).toBe(2);
  expect((await known('b').report('webgpu')).rate).toBe(3);
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, -5));
  expect((await known('b').report('webgpu')).rate).toBe(4);
  const again = known('b');
  again.forget();
  expect((await again.report('webgpu')).rate).toBe(5);
  expect(tried).toEqual(['a webgpu', 'a cuda', 'b webgpu', 'b webgpu', 'b webgpu']);
});

it('a device that cannot be on this machine is refused at once, with what there is', async () => {
  const other = process.platform === 'win32' ? 'coreml' : 'dml';
  const { code, err } = await runProgram('start', ['--port', '0', '--data', folder, '--device', other]);
  expect([code, err]).toEqual([1, expect.stringMatching(/ cannot be used here\. .* only; this is /)]);
});
