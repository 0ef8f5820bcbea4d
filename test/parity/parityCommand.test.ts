import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCases } from '../../server/cli/parity/findCases.ts';
import { parityCommand } from '../../server/cli/parity/parityCommand.ts';
import { Tolerance } from '../../server/cli/parity/tolerance.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parity-'));
});
afterEach(() => rm(root, { recursive: true }));

async function file(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), content);
}

/** A .safetensors file of float32 vectors. */
function safetensors(tensors: Record<string, Float32Array>): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { length, byteLength }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape: [length], data_offsets: [offset, (offset += byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...Object.values(tensors).map(({ buffer }) => Buffer.from(buffer))]);
}

/** Of betas that run from `start` to `end`, linear in their square roots. */
function alphasCumprod(start: number, end: number, count: number): Float32Array {
  let product = 1;
  return Float32Array.from({ length: count }, (_, index) => {
    const at = index / (count - 1);
    return (product *= 1 - (Math.sqrt(start) * (1 - at) + Math.sqrt(end) * at) ** 2);
  });
}

/** A noise case whose expected values are off by `error`. */
async function noiseCase(
  folder: string,
  error: number,
  tolerance: unknown = { max_abs: 1e-5 },
): Promise<void> {
  const drawn = new TorchGenerator(5).randn([20]).data.map((value) => value + error);
  const entries = [{ tensor: 'drawn', seed: '5', shape: [20] }];
  await file(`${folder}/case.json`, JSON.stringify({ kind: 'noise/torch-cpu-randn', entries, tolerance }));
  await file(`${folder}/any-name.safetensors`, safetensors({ drawn, other: Float32Array.of(1) }));
}

async function run(folder = root): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await parityCommand([folder], (line) => lines.push(line));
  return { code, lines };
}

describe('the parity command', () => {
  it('counts what passes and fails, lists what it does not cover, and says what was not compared', async () => {
    await noiseCase('a/good', 1e-7);
    await noiseCase('b', 1e-3);
    await file('c/case.json', JSON.stringify({ kind: 'another/kind' }));
    const { code, lines } = await run();
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^ok +noise\/torch-cpu-randn +a\/good +abs .+ rel .+ tolerance 1\.0e-5 +\(drawn; 1 compared\)$/,
      ),
      expect.stringMatching(/not compared: any-name\.safetensors: other/),
      expect.stringMatching(/^FAILED +noise\/torch-cpu-randn +b +abs 1\.0e-3/),
      expect.stringMatching(/drawn: abs 1\.0e-3, tolerance 1\.0e-5/),
      expect.stringMatching(/not compared/),
      'not covered  another/kind  c',
      '1 passed, 1 failed',
    ]);
  });

  it.each([
    ['{ not json', /JSON/],
    ['[]', /not a JSON object/],
    ['{"kind": 3}', /no kind/],
    ['null', /not a JSON object/],
  ])('fails a malformed case.json: %s', async (content, reason) => {
    await file('x/case.json', content);
    await noiseCase('y', 0);
    const { code, lines } = await run();
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^FAILED +case\.json in .*x: /);
    expect(lines[0]).toMatch(reason);
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
  });

  it('fails a case that compares nothing, or whose files are missing', async () => {
    await file('empty/case.json', JSON.stringify({ kind: 'noise/torch-cpu-randn' }));
    await file(
      'gone/case.json',
      JSON.stringify({ kind: 'noise/torch-cpu-randn', entries: [{ tensor: 't', seed: 1, shape: [2] }] }),
    );
    await file('bare/case.json', JSON.stringify({ kind: 'styleid/e2e', weights: 'no.recipe.json' }));
    const listing = { kind: 'styleid/ddim', files: { 'lost.safetensors': 'tables' }, tolerance: 1e-6 };
    await file('listed/case.json', JSON.stringify(listing));
    await file(
      'listed/here.safetensors',
      safetensors({ alphas_cumprod: alphasCumprod(0.00085, 0.012, 1000) }),
    );
    const { code, lines } = await run();
    expect(code).toBe(1);
    expect(lines.join('\n')).toMatch(/empty {2}nothing could be compared/);
    expect(lines.join('\n')).toMatch(/lost\.safetensors is neither/);
    expect(lines.at(-1)).toBe('0 passed, 4 failed');
  });

  it('reads DDIM tables off the schedule that the case has', async () => {
    const alphas = alphasCumprod(0.01, 0.09, 4);
    const schedule = { how: 'linspace(sqrt(0.01), sqrt(0.09), 4)' };
    const json = { kind: 'styleid/ddim', files: { 'schedule.safetensors': schedule }, tolerance: 1e-6 };
    await file('d/case.json', JSON.stringify(json));
    await file('d/schedule.safetensors', safetensors({ alphas_cumprod: alphas }));
    const tables = { 's2.ddim_alphas': Float32Array.of(alphas[1]!, alphas[3]!) };
    await file('d/tables.safetensors', safetensors(tables));
    expect((await run()).lines.at(-1)).toBe('1 passed, 0 failed');
  });

  it('ends with 2 when there is nothing to run', async () => {
    expect(await run()).toEqual({ code: 2, lines: [`There is no case.json below ${root}.`] });
    expect((await run(join(root, 'nowhere'))).code).toBe(2);
    const lines: string[] = [];
    expect(await parityCommand([], (line) => lines.push(line))).toBe(2);
    expect(lines[0]).toMatch(/^Usage: npm run parity -- \[--device NAME\] DIR/);
    expect(await parityCommand(['--device', 'toaster', root], (line) => lines.push(line))).toBe(2);
    expect(lines[1]).toBe(lines[0]);
    const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml';
    expect(await parityCommand(['--device', elsewhere, root], (line) => lines.push(line))).toBe(2);
    expect(lines[2]).toMatch(/ is there on \w+ only; this is /);
  });

  it('goes on when a folder cannot be searched, and says so', async () => {
    await noiseCase('real', 0);
    await noiseCase('closed', 0);
    const { folders, unreadable } = await findCases(root, async (folder) => {
      if (folder.endsWith('closed')) throw new Error('permission denied');
      return readdir(folder, { withFileTypes: true });
    });
    expect(folders).toEqual([join(root, 'real')]);
    expect(unreadable).toEqual([{ folder: join(root, 'closed'), reason: new Error('permission denied') }]);
  });

  it('does not follow links', async () => {
    await noiseCase('real', 0);
    await symlink(join(root, 'real'), join(root, 'link'));
    expect((await run()).lines.at(-1)).toBe('1 passed, 0 failed');
  });
});

describe('Tolerance', () => {
  it('reads numbers, objects, sentences and labelled clauses', () => {
    expect(new Tolerance(1e-3).for('any')).toBe(1e-3);
    expect(new Tolerance({ max_abs: 2e-5 }).for('any')).toBe(2e-5);
    expect(new Tolerance('max abs 2e-4 on eps (seen float32 vs float64: 3.8e-06)').for('eps')).toBe(2e-4);
    expect(new Tolerance('float32; recommended max-abs 1e-4 and relative 1e-3').for('eps')).toBe(1e-4);
    expect(new Tolerance(undefined).for('any')).toBe(2e-4);
    expect(new Tolerance('as in the other cases').for('any')).toBe(2e-4);
    const levels = new Tolerance('8-bit levels: exact with PIL arithmetic; about 1-2 levels with another');
    expect(levels.for('a.png', '8-bit')).toBe(0);
    expect(new Tolerance({ png: '0 or 1 grey level' }).for('a.png', 'png')).toBe(1);
    const steps = new Tolerance(
      'tables: abs 1e-6; one-step: abs 1e-5; with-unet: abs 2e-4 (7.5x larger for cfg)',
    );
    expect(steps.for('s50.x', 'tables')).toBe(1e-6);
    expect(steps.for('x', 'one-step')).toBe(1e-5);
    expect(steps.for('cfg7.5.x', 'with-unet')).toBeCloseTo(1.5e-3, 9);
    expect(new Tolerance({ z_enc: 1e-3 }).for('a.png', 'png')).toBe(2);
    const nested = new Tolerance({ note: 'five times 3', from_z0: { z_enc_max_abs: 5e-5 }, png: '2 levels' });
    expect(nested.for('z', 'from_z0.z_enc')).toBe(5e-5);
    expect(nested.for('p', 'png')).toBe(2);
  });
});
