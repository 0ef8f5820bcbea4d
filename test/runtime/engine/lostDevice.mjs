// Loaded into an engine (NODE_OPTIONS --import): its WebGPU is the CPU, and is lost in the middle of the first run.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @type {{ InferenceSession: any }} */
const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node');
const lost = process.env['LOST_DEVICE_MARK'] ?? '';
const create = InferenceSession.create.bind(InferenceSession);
let evaluations = 0;

/** @param {any} model @param {any} options */
async function createOnCpu(model, options) {
  const session = await create(model, { ...options, executionProviders: ['cpu'] });
  if (options.executionProviders[0] !== 'webgpu') return session;
  /** @type {any} */
  const own = session;
  const run = own.run.bind(session);
  /** @param {any} feeds @param {any[]} rest */
  own.run = async (feeds, ...rest) => {
    if (feeds['timesteps'] && ++evaluations === 2 && !existsSync(lost)) {
      writeFileSync(lost, '');
      throw new Error('Device lost: the driver was reset.');
    }
    return run(feeds, ...rest);
  };
  return session;
}

InferenceSession.create = createOnCpu;
