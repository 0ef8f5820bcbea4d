import { expect, it } from 'vitest';
import { refusalOf, whyUnavailable, type Platform } from '../../../models/runtime/whyUnavailable.ts';

const machine = (about: Partial<Platform> & { files?: readonly string[] } = {}): Platform => ({
  platform: 'linux',
  arch: 'x64',
  env: {},
  exists: (path) => (about.files ?? []).some((file) => path.endsWith(file)),
  list: () => [],
  ...about,
});

it('knows which devices belong to which system', () => {
  const [linux, windows, mac] = [
    machine(),
    machine({ platform: 'win32' }),
    machine({ platform: 'darwin', arch: 'arm64' }),
  ];
  expect(whyUnavailable('dml', linux)).toBe('DirectML is there on Windows only; this is Linux on x64.');
  expect(whyUnavailable('dml', windows)).toBeUndefined();
  expect(whyUnavailable('coreml', windows)).toBe('Core ML is there on macOS only; this is Windows on x64.');
  expect(whyUnavailable('coreml', mac)).toBeUndefined();
  expect(whyUnavailable('cuda', mac)).toBe('CUDA is there on Linux on x64 only; this is macOS on arm64.');
  expect(whyUnavailable('cpu', linux)).toBeUndefined();
});

it('says what CUDA still needs', () => {
  const driver = '/proc/driver/nvidia/version';
  const library = 'libonnxruntime_providers_cuda.so';
  expect(whyUnavailable('cuda', machine())).toBe('There is no NVIDIA driver on this machine.');
  expect(whyUnavailable('cuda', machine({ files: [driver] }))).toContain('run npm run setup:cuda');
  expect(whyUnavailable('cuda', machine({ files: [driver, library] }))).toBeUndefined();
});

it('tries WebGPU on Linux only where there is a GPU, or where a driver is named', () => {
  expect(whyUnavailable('webgpu', machine())).toContain('no GPU');
  expect(whyUnavailable('webgpu', machine({ list: () => ['card0', 'renderD128'] }))).toBeUndefined();
  expect(whyUnavailable('webgpu', machine({ env: { VK_ICD_FILENAMES: 'a.json' } }))).toBeUndefined();
  expect(whyUnavailable('webgpu', machine({ platform: 'darwin' }))).toBeUndefined();
});

it('refuses a device with what to do instead', () => {
  expect(refusalOf('coreml', machine())).toBe(
    'Core ML cannot be used here. Core ML is there on macOS only; this is Linux on x64. Without --device Impasto takes what works.',
  );
});
