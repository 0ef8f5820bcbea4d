import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasSwiftShader, swiftShader } from './swiftShader.ts';

it.skipIf(!hasSwiftShader)('every operator of the built-in UNet runs on WebGPU', async () => {
  const data = await mkdtemp(join(tmpdir(), 'impasto-placement-'));
  const args = ['--explain', 'builtin:unet', '--device', 'webgpu', '--json', '--data', data];
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [resolve('dist/server/impasto.js'), 'devices', ...args],
      { env: { ...process.env, ...swiftShader } },
    );
    const found = JSON.parse(stdout) as { onDevice: number };
    expect(found).toMatchObject({
      model: 'builtin',
      network: 'unet',
      width: 512,
      height: 512,
      device: 'webgpu',
    });
    expect(found).toMatchObject({ onCpu: 0, fallbacks: [] });
    expect(found.onDevice).toBeGreaterThan(300);
  } finally {
    await rm(data, { recursive: true });
  }
});
