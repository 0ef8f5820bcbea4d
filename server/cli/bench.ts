import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { deviceNames, type DeviceName } from '../../models/runtime/device.ts';
import { precisionNames, type PrecisionName } from '../../models/runtime/precision.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { openDiffusionModel } from '../../models/catalog/openDiffusionModel.ts';
import { asEngine } from './bench/asEngine.ts';
import type { BenchPlace } from './bench/benchEngine.ts';
import { conditionedRates } from './bench/conditionedRates.ts';
import { convolutionRate } from './bench/convolutionRate.ts';
import { executorOverhead } from './bench/executorOverhead.ts';
import { fullSize } from './bench/fullSize.ts';
import { fullSizeTraining } from './bench/fullSizeTraining.ts';
import { machine } from './bench/machine.ts';
import { asTraining } from './bench/measureTraining.ts';
import { painterly } from './bench/painterly.ts';
import { previewCost } from './bench/previewCost.ts';
import { styleIdMemory } from './bench/styleIdMemory.ts';
import { renderTable, type Table } from './bench/table.ts';
import { trainingStep } from './bench/trainingStep.ts';
import { unetRates } from './bench/unetRates.ts';
import { chooseDevice } from '../devices/chooseDevice.ts';
import { openKnownDevices } from '../devices/openKnownDevices.ts';
import { checkDevice } from './checkDevice.ts';
import { Complaint, complain } from './complaint.ts';
import { projectRoot } from './projectRoot.ts';

const parts = [
  'unet',
  'training',
  'full-size',
  'full-size-training',
  'conditioned',
  'painterly',
  'previews',
  'executor',
  'styleid',
] as const;
/** Those that measure models of the published sizes. */
const large: ReadonlySet<string> = new Set(['full-size', 'full-size-training', 'conditioned', 'painterly']);

interface BenchOptions {
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly only?: (typeof parts)[number];
  readonly fullSize: boolean;
}

const program = new Command('npm run bench --')
  .description('Measures speed and memory and prints the tables of BENCHMARKS.md.')
  .addOption(new Option('--device <name>', 'where models run').choices(deviceNames).default('auto'))
  .addOption(
    new Option('--precision <name>', 'what models compute in').choices(precisionNames).default('auto'),
  )
  .addOption(new Option('--only <part>', 'one part only').choices(parts))
  .option(
    '--no-full-size',
    'leave out the full-size models (8 GB of disk for a while, up to 16 GB of memory, several minutes)',
  );

program.parse();
bench(program.opts<BenchOptions>()).catch(complain);

async function bench({
  device: name,
  precision: asked,
  only,
  fullSize: withFullSize,
}: BenchOptions): Promise<void> {
  if ((await asTraining()) || (await asEngine())) return;
  checkDevice(name);
  const root = projectRoot();
  const dataFolder = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  const known = openKnownDevices(dataFolder, join(root, 'dist/server/probe.js'));
  const { device, precision, problem } = await chooseDevice({
    name,
    precision: asked,
    report: (tried) => known.report(tried),
  });
  if (problem !== undefined) throw new Complaint(problem);
  const place: BenchPlace = { root, dataFolder, device, precision };
  const measures: Record<(typeof parts)[number], () => Promise<Table>> = {
    executor: executorOverhead,
    previews: () => previewCost(place),
    styleid: () => styleIdMemory(place),
    unet: () => builtinUNet(place),
    training: () => trainingStep(place),
    'full-size': () => fullSize(place),
    'full-size-training': () => fullSizeTraining(place),
    conditioned: () => conditionedRates(place),
    painterly: () => painterly(place),
  };
  process.stdout.write(`${machine()}; device ${device}, ${precision}\n\n`);
  try {
    const wanted = parts.filter((part) => withFullSize || !large.has(part));
    for (const part of only ? [only] : wanted)
      process.stdout.write(`${renderTable(await measures[part]())}\n`);
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function builtinUNet({ root, device, precision }: BenchPlace): Promise<Table> {
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const model = await openDiffusionModel(join(root, 'models/builtin/model'), { pool, device, precision });
  return unetRates(model, await convolutionRate(device));
}
