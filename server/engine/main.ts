import { dirname, extname, join } from 'node:path';
import sharp from 'sharp';
import { ModelError } from '../../models/architectures/modelError.ts';
import { identifyModel } from '../../models/catalog/openModel.ts';
import type { DeviceName } from '../../models/runtime/device.ts';
import { runtimeVersion } from '../../models/runtime/runtimeVersion.ts';
import { physicalCores } from '../../models/runtime/physicalCores.ts';
import type { PrecisionName } from '../../models/runtime/precision.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { nodeRegistry } from '../../nodes/index.ts';
import { chooseDevice } from '../devices/chooseDevice.ts';
import { openKnownDevices } from '../devices/openKnownDevices.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { Engine } from './engine.ts';
import type { EngineSettings, FromEngine, ToEngine } from './messages.ts';

/**
 * The engine process: onnxruntime holds the thread while a model computes, so no model ever runs in the process that
 * serves people. Its settings are the first argument (JSON); all else are messages (messages.ts) over the parent's
 * channel, and it ends when that closes.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as EngineSettings;

/** Exit status. */
const DEVICE_LOST = 70;

// Pictures are encoded beside the sampler: they must not take all cores from it.
sharp.concurrency(1);
sharp.cache(false);

// Ctrl+C in a terminal reaches the whole group: the parent decides when the engine ends.
process.on('SIGINT', () => undefined);
// The same with Ctrl+Z: the parent pauses the run first.
process.on('SIGTSTP', () => undefined);
process.on('unhandledRejection', (error) => console.error('Unhandled rejection:', error));

const known = openKnownDevices(settings.dataFolder, probeProgram(process.argv[1]!));
const { device, precision, ...choice } = await chooseDevice({
  name: settings.device as DeviceName,
  precision: settings.precision as PrecisionName,
  report: (name) => known.report(name),
});
const pool = new SessionPool({ budgetBytes: settings.sessionBudget });
const versions = {
  impasto: packageJson.version,
  onnxruntime: runtimeVersion(),
  node: process.versions.node,
  sharp: sharp.versions.sharp ?? 'unknown',
};
const engine = new Engine({
  settings,
  registry: nodeRegistry,
  device,
  precision,
  versions,
  identifyModel: async (path, hints) => {
    if (choice.problem !== undefined) throw new ModelError('device', choice.problem);
    return identifyModel(path, { pool, device, precision, hints });
  },
  send,
});

// Also when the server was killed: a run that nobody will hear of must not go on beside its successor's.
process.on('disconnect', () => void engine.close().finally(() => process.exit(0)));
process.on('message', (message: ToEngine) => {
  switch (message.kind) {
    case 'run':
      void engine.run(message);
      break;
    case 'cancel':
      engine.cancel(message.run);
      break;
    case 'pause':
      engine.pause(message.run);
      break;
    case 'inspect':
      void engine.inspect(message.id, message.question);
      break;
    case 'ping':
      send({ kind: 'pong', nonce: message.nonce });
      break;
  }
});
await engine.start();
send({ kind: 'ready', device, precision, choice, threads: physicalCores(), versions });

/** Beside this one: `probe.js` where it is built, `../devices/probe.ts` where it is not. */
function probeProgram(engine: string): string {
  return extname(engine) === '.ts'
    ? join(dirname(engine), '../devices/probe.ts')
    : join(dirname(engine), 'probe.js');
}

/** A message that cannot be sent has nobody left to read it. */
function send(message: FromEngine): void {
  // A process whose device was lost may never get it back: the server starts another one.
  if (message.kind === 'finished' && message.error?.code === 'device-lost') {
    process.send?.(message, undefined, undefined, () => process.exit(DEVICE_LOST));
    return;
  }
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
