import { join } from 'node:path';
import { Command, Option } from 'commander';
import { deviceNames, type DeviceName } from '../../models/runtime/device.ts';
import { openModels } from '../models/openModels.ts';
import { precisionNames, type PrecisionName } from '../../models/runtime/precision.ts';
import { prepareRun } from '../runs/prepareRun.ts';
import { programLibrary } from '../runs/programLibrary.ts';
import { disk } from '../storage/disk.ts';
import { FileStore } from '../storage/fileStore.ts';
import { modelsCommand } from './commands/modelsCommand.ts';
import { readWorkflow } from './commands/readWorkflow.ts';
import { runFile } from './commands/runFile.ts';
import { stopSignal } from './commands/stopSignal.ts';
import { trainCommand } from './commands/trainCommand.ts';
import { jsonPrinter, problemLine, textPrinter } from './commands/runPrinter.ts';
import { checkDevice } from './checkDevice.ts';
import { complain, Complaint, complaintLine } from './complaint.ts';
import { engineDefaults } from './engineDefaults.ts';
import { openDataFolder } from './openDataFolder.ts';
import { projectRoot } from './projectRoot.ts';

interface CommonOptions {
  readonly data?: string;
  readonly device?: DeviceName;
  readonly precision?: PrecisionName;
  readonly json?: boolean;
}
interface DevicesOptions extends CommonOptions {
  readonly explain?: string;
  readonly size?: string;
}
interface RunOptions extends CommonOptions {
  readonly set: string[];
  readonly out: string;
  readonly allowOtherModels?: boolean;
  readonly engine?: string;
}

const write = (text: string) => void process.stdout.write(text);
/** Also for what is wrong with the command itself. */
const json = process.argv.includes('--json');
const program = new Command('npm run impasto --').description('Impasto without a server.').configureOutput({
  outputError: (text, out) => {
    const sentence = text.replace(/^error: /, '').trim();
    if (json) write(complaintLine(sentence));
    else out(`${sentence}\n`);
  },
});
const dataOption = () =>
  new Option('--data <folder>', 'caches, pictures, models (default: data/ in the project folder)');
const deviceOption = () => new Option('--device <name>', 'where models run').choices(deviceNames);
const precisionOption = () =>
  new Option('--precision <name>', 'what models compute in').choices(precisionNames);
const jsonOption = () => new Option('--json', 'one line of JSON per event instead of text');

program
  .command('run <file>')
  .description('run a workflow file or a template')
  .option('--set <node.param=value>', 'replace a parameter; for a picture, the path of a file', collect, [])
  .option(
    '--allow-other-models',
    'take models by name, also if they are not those that the workflow was made with',
  )
  .option('--out <folder>', 'where saved pictures go, each as <node id>.png', '.')
  .addOption(deviceOption().default('auto'))
  .addOption(precisionOption().default('auto'))
  .addOption(dataOption())
  .addOption(jsonOption())
  .addOption(new Option('--engine <file>', 'another engine program').hideHelp())
  .action(run);

trainCommand(program, {
  common: [deviceOption().default('auto'), precisionOption().default('auto'), dataOption(), jsonOption()],
  run: ({ file, set }, given) => run(file, { ...(given as RunOptions), set: [...set] }),
});

program
  .command('nodes')
  .description('list the node types')
  .addOption(dataOption())
  .addOption(jsonOption())
  .action(nodes);

program
  .command('validate <file>')
  .description('say everything that keeps a workflow from running')
  .addOption(dataOption())
  .addOption(jsonOption())
  .action(validate);

program
  .command('devices')
  .description('try what models can run on here, anew; or say what of a network a device runs')
  .option(
    '--explain <model:network>',
    'which operators fall back to the CPU; networks are unet, encoder, decoder, text',
  )
  .option('--size <WIDTHxHEIGHT>', 'with --explain: of the picture, in pixels (default: 512x512)')
  .addOption(deviceOption())
  .addOption(precisionOption())
  .addOption(dataOption())
  .addOption(jsonOption())
  .action(devices);

modelsCommand(program, {
  write,
  options: [dataOption, jsonOption],
  open: ({ data }) => openModelsOf(data),
});

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
program.parseAsync().catch((error: unknown) => {
  complain(error, { json });
  process.exit();
});

async function run(file: string, options: RunOptions): Promise<void> {
  const { library, root, engineSettings } = await open(options);
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
    process.stderr.write('\nCancelling; press Ctrl+C again to stop at once.\n');
  });
  const printer = options.json ? jsonPrinter(write) : textPrinter(write, process.stdout.isTTY);
  process.exitCode = await runFile({
    file,
    library,
    engineSettings,
    set: options.set,
    allowOtherModels: options.allowOtherModels ?? false,
    out: options.out,
    engineEntry: options.engine ?? join(root, 'dist', 'server', 'engine.js'),
    printer,
    signal: interrupt.signal,
    pause: stopSignal({ tell: (what) => printer.pause(what) }),
  });
}

async function nodes(options: CommonOptions): Promise<void> {
  const { library } = await open(options);
  for (const node of library.nodes.values()) {
    const ports = (list: typeof node.inputs) =>
      list.map(({ name, type }) => `${name}: ${type}`).join(', ') || '-';
    const text = `${node.type}  ${node.title}\n  in   ${ports(node.inputs)}\n  out  ${ports(node.outputs)}\n`;
    write(options.json ? `${JSON.stringify(node)}\n` : text);
  }
}

async function validate(file: string, options: CommonOptions): Promise<void> {
  const { library, engineSettings } = await open(options);
  const files = new FileStore(join(engineSettings.dataFolder, 'files'), disk);
  const { problems = [] } = await prepareRun(
    { workflow: await readWorkflow(file, library) },
    { library, files },
  );
  if (options.json) write(`${JSON.stringify({ kind: 'problems', problems })}\n`);
  else if (problems.length === 0) write(`${file} can run.\n`);
  else problems.forEach((problem) => write(`${problemLine(problem)}\n`));
  if (problems.length > 0) process.exitCode = 1;
}

async function devices({ explain, data, device, precision, size }: DevicesOptions): Promise<void> {
  const { openKnownDevices } = await import('../devices/openKnownDevices.ts');
  checkDevice(device ?? 'auto');
  const { root, dataFolder, models } = await openModelsOf(data);
  const built = (program: string) => join(root, 'dist', 'server', `${program}.js`);
  const common = { known: openKnownDevices(dataFolder, built('probe')), json, write };
  if (explain === undefined) {
    const stray = Object.entries({ device, precision, size }).find(([, value]) => value !== undefined);
    if (stray) throw new Complaint(`--${stray[0]} goes with --explain: every device is tried otherwise.`);
    const { listDevices } = await import('./commands/listDevices.ts');
    return listDevices(common);
  }
  const { explainDevice } = await import('./commands/explainDevice.ts');
  await explainDevice({
    ...common,
    graph: explain,
    size: size ?? '512x512',
    device: device ?? 'auto',
    precision: precision ?? 'auto',
    folders: models.folders,
    entry: built('placement'),
  });
}

async function open({ data, device = 'auto', precision = 'auto' }: CommonOptions) {
  checkDevice(device);
  const { root, dataFolder, models } = await openModelsOf(data);
  const engineSettings = engineDefaults({ dataFolder, root, device, precision });
  const library = await programLibrary({ root, ...engineSettings, models });
  return { root, engineSettings, models, library };
}

async function openModelsOf(data: string | undefined) {
  const root = projectRoot();
  const dataFolder = await openDataFolder(data ?? join(root, 'data'));
  const models = openModels({ root, ...engineDefaults({ dataFolder, root, device: 'cpu' }) });
  return { root, dataFolder, models };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
