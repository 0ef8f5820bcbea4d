import { linearPreviews } from '../../protocol/previews.ts';
import { runInEngine, startBenchEngine, template, type BenchPlace } from './benchEngine.ts';
import { peakMemory } from './machine.ts';
import type { Table } from './table.ts';

/** Time and peak memory of a whole StyleID run of 50 steps, and of one that re-uses the photo's inversion. */
export async function styleIdMemory(place: BenchPlace): Promise<Table> {
  const rows: string[][] = [];
  const engine = await startBenchEngine(place);
  try {
    const run = async (title: string, overrides: Record<string, string | number>): Promise<void> => {
      const document = await template(place, 'styleid', { 'steps.value': 50, ...overrides });
      const start = performance.now();
      await runInEngine(engine, { run: title.replaceAll(/[^a-z]/g, ''), document, previews: linearPreviews });
      const peak = peakMemory(engine.pid!);
      rows.push([
        title,
        ((performance.now() - start) / 1000).toFixed(1),
        peak === undefined ? 'not known on this system' : `${(peak / 1024 ** 2).toFixed(0)} MiB`,
      ]);
    };
    await run('new photo, new painting', {});
    await run('known photo, new painting', { 'style-encode.seed': '99' });
    await run('known pair, another gamma', { 'style-encode.seed': '99', 'kv-swap.gamma': 0.5 });
  } finally {
    await engine.stop();
  }
  return {
    title: 'StyleID, 50 steps at 256x256, built-in model',
    columns: ['run', 'seconds', 'peak memory of the engine so far'],
    rows,
  };
}
