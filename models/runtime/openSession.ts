import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ModelError } from '../architectures/modelError.ts';
import { serializeGraph } from '../graph/serializeGraph.ts';
import type { Graph } from '../graph/graph.ts';
import type { DoubleTensor, Tensor } from '../tensor/tensor.ts';
import { deviceTitles, type Device } from './device.ts';
import { physicalCores } from './physicalCores.ts';

/** int32 values, as attention hooks take them for indices. */
export interface IndexTensor {
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

/** float32 values that a graph takes in float64 are widened. */
export type Feed = Tensor | DoubleTensor | IndexTensor;

/** A graph made ready to run on a device. */
export interface Session {
  readonly device: Device;
  readonly inputNames: readonly string[];
  /**
   * Runs the graph. Only the outputs named in `fetch` come back. Feeds are read in place, results are not copied again.
   * Blocks the thread while the graph runs.
   */
  run(feeds: Readonly<Record<string, Feed>>, fetch: readonly string[]): Promise<ReadonlyMap<string, Tensor>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  readonly device: Device;
  /** Physical cores unless given. */
  readonly threads?: number;
  /** Gives memory back after every operator, where memory matters more than the last few percent of speed. */
  readonly lean?: boolean;
  /** Writes to the process's stderr what runs where, among much else (see PlacementLog). */
  readonly logPlacement?: boolean;
}

/**
 * Opens a session on a graph that is built in memory, with weights that stay where they are: onnxruntime maps the
 * files. The option `session.model_external_initializers_file_folder_path` tells it where they lie, which needs
 * neither a graph file next to a person's weights nor a copy of them. Its memory patterns are off: they plan one block for
 * all values of a run, which then lies beside what the first run took (2.2 GB for decoding 512x512 pixels instead of
 * 1.4, and no faster).
 */
export async function openSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const { bytes, folder, memory } = serializeGraph(graph);
  // Else NVIDIA's libraries multiply in TF32, which has no more digits than half precision, where float32 is asked for.
  if (options.device === 'cuda') process.env['NVIDIA_TF32_OVERRIDE'] = '0';
  const session = await InferenceSession.create(bytes, {
    executionProviders: [options.device],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: options.threads ?? physicalCores(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: false,
    logSeverityLevel: options.logPlacement ? 0 : 3,
    ...(options.lean ? { enableCpuMemArena: false, enableMemPattern: false } : {}),
    ...(memory.length > 0 ? { externalData: [...memory] } : {}),
    extra: {
      session: {
        // Else its threads wait at full speed for 20 to 30 ms after a run, and whatever computes next shares its cores with them.
        force_spinning_stop: '1',
        ...(folder ? { model_external_initializers_file_folder_path: folder } : {}),
      },
      // Merging two Reshapes it loses a shape that is computed (as by `after` in models/gradients), and fails to open.
      optimization: { disable_specified_optimizers: 'ReshapeFusion' },
    },
  }).catch((error: unknown) => {
    throw new ModelError(
      'device',
      `The model cannot be opened on ${options.device}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  });
  return wrap(session, options.device);
}

function wrap(session: InferenceSession, device: Device): Session {
  const doubles = new Set(
    session.inputMetadata
      .filter((input) => input.isTensor && input.type === 'float64')
      .map(({ name }) => name),
  );
  return {
    device,
    inputNames: session.inputNames,
    run: async (feeds, fetch) => {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { data, shape }] of Object.entries(feeds)) {
        inputs[name] = toOrt(doubles.has(name) ? Float64Array.from(data) : data, shape);
      }
      const outputs = await session.run(inputs, [...fetch]).catch((error: unknown) => {
        throw device === 'cpu' ? error : deviceError(device, error as Error);
      });
      return new Map(fetch.map((name) => [name, fromOrt(outputs[name]!)]));
    },
    release: () => session.release(),
  };
}

/** GPUs fall off the bus, drivers are updated and time out: none of it is the model's fault. */
function deviceError(device: Device, error: Error): Error {
  if (/out of memory|failed to allocate|bad_alloc/i.test(error.message)) return error;
  const said = error.message.split('\n')[0]!.slice(0, 300);
  const message = `${deviceTitles[device]} failed while a model ran on it. It is started again: run this once more. It said: ${said}`;
  return new ModelError('device-lost', message, { cause: error });
}

function toOrt(data: Feed['data'], shape: readonly number[]): OrtTensor {
  if (data instanceof Int32Array) return new OrtTensor('int32', data, shape);
  return data instanceof Float64Array
    ? new OrtTensor('float64', data, shape)
    : new OrtTensor('float32', data, shape);
}

function fromOrt(value: OrtTensor): Tensor {
  return { shape: value.dims, data: value.data as Float32Array };
}
