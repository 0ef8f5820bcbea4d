import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { deviceNames, type DeviceName } from '../../models/runtime/device.ts';
import { precisionNames, type PrecisionName } from '../../models/runtime/precision.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { openDiffusionModel } from '../../models/catalog/openDiffusionModel.ts';
import type { BenchPlace } from './bench/benchEngine.ts';
import { convolutionRate } from './bench/convolutionRate.ts';
import { executorOverhead } from './bench/executorOverhead.ts';
import { machine } from './bench/machine.ts';
import { previewCost } from './bench/previewCost.ts';
import { styleIdMemory } from './bench/styleIdMemory.ts';
import { renderTable, type Table } from './bench/table.ts';
import { unetRates, type RatedModel } from './bench/unetRates.ts';
import { writeFullSizeModel } from './bench/writeFullSizeModel.ts';
import { chooseDevice } from '../devices/chooseDevice.ts';
import { openKnownDevices } from '../devices/openKnownDevices.ts';
import { checkDevice } from './checkDevice.ts';
import { Complaint, complain } from './complaint.ts';
import { projectRoot } from './projectRoot.ts';

const parts = ['unet', 'previews', 'executor', 'styleid'] as const;

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
  .option('--no-full-size', 'leave out the full-size model (4 GB of disk for a while, several minutes)');

program.parse();
bench(program.opts<BenchOptions>()).catch(complain);

async function bench({ device: name, precision: asked, only, fullSize }: BenchOptions): Promise<void> {
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
    unet: async () => measureUNets(place, { fullSize }),
  };
  process.stdout.write(`${machine()}; device ${device}, ${precision}\n\n`);
  try {
    for (const part of only ? [only] : parts)
      process.stdout.write(`${renderTable(await measures[part]())}\n`);
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function measureUNets(
  { root, dataFolder, device, precision }: BenchPlace,
  { fullSize }: { readonly fullSize: boolean },
): Promise<Table> {
  const pool = new SessionPool({ budgetBytes: 16e9 });
  const open = (path: string) => openDiffusionModel(path, { pool, device, precision });
  const convolution = await convolutionRate(device);
  const models: RatedModel[] = [
    {
      title: 'built-in, 256x256',
      model: await open(join(root, 'models/builtin/model')),
      size: 64,
      rounds: 15,
    },
  ];
  if (fullSize) {
    const folder = join(dataFolder, 'full-size');
    await writeFullSizeModel(folder);
    models.push({
      title: 'SD 1.5 topology, generated weights, 512x512',
      model: await open(folder),
      size: 64,
      rounds: 3,
    });
  }
  return unetRates(models, convolution);
}
