import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { goldenFolder, hasGolden } from '../runtime/golden.ts';
import type { DeviceResult } from './networksOnDevice.ts';
import { hasSwiftShader, swiftShader } from './swiftShader.ts';

const script = fileURLToPath(new URL('networksOnDevice.ts', import.meta.url));

/** The golden networks in a process of its own: on the machine's own GPU if there is one, else on SwiftShader. */
async function runOn(device: string): Promise<DeviceResult & { where: string }> {
  const own = await runIn(device, {});
  if (own.works || device !== 'webgpu' || !hasSwiftShader) return { ...own, where: 'GPU' };
  return { ...(await runIn(device, swiftShader)), where: 'SwiftShader' };
}

async function runIn(device: string, variables: Record<string, string>): Promise<DeviceResult> {
  const args = ['--import', 'tsx', script, device, goldenFolder];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, ...variables },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as DeviceResult;
  } catch (error) {
    return { works: false, note: (error as Error).message };
  }
}

describe.skipIf(!hasGolden)('golden networks on a GPU provider', () => {
  it.each(['webgpu', 'cuda', 'dml', 'coreml'])('%s', async (device) => {
    const { works, note, errors = {}, attention, where } = await runOn(device);
    const line = works
      ? `${where}: errors ${JSON.stringify(errors)}, ${attention} attention`
      : `not here (${note.trim()})`;
    console.info(`${device}: ${line.slice(0, 300)}`);
    expect(Object.entries(errors).filter(([, error]) => !(error < 1e-4))).toEqual([]);
    expect(Object.keys(errors)).toHaveLength(works ? 9 : 0);
  });
});
