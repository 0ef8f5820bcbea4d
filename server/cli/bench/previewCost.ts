import { io } from 'socket.io-client';
import type { RunEvent, StepPicture } from '../../protocol/events.ts';
import type { FromEngine } from '../../engine/messages.ts';
import { linearPreviews, type PreviewChoice } from '../../protocol/previews.ts';
import { createLog } from '../log.ts';
import { engineDefaults } from '../engineDefaults.ts';
import { join } from 'node:path';
import { ModelDownloads } from '../../models/modelDownloads.ts';
import { openModels } from '../../models/openModels.ts';
import { programLibrary } from '../../runs/programLibrary.ts';
import { startServer } from '../startServer.ts';
import { engineEntry, runInEngine, startBenchEngine, template, type BenchPlace } from './benchEngine.ts';
import { median, percentile, type Table } from './table.ts';

const ROUNDS = 10;
const STEPS = 50;

/** What is compared: nothing, and each way to make step pictures. */
const ways: Readonly<Record<string, PreviewChoice | undefined>> = {
  'no step pictures': undefined,
  'linear map, every step': linearPreviews,
  'full decode, every 5 steps': { kind: 'full', every: 5 },
};

/** What previews cost the sampler, and how long a step's picture takes to reach a client. */
export async function previewCost(place: BenchPlace): Promise<Table> {
  const times = await stepTimes(place);
  const [none] = times.values();
  const waits = await pictureWaits(place);
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return {
    title: 'Previews',
    columns: ['figure', 'value', 'costs'],
    rows: [
      ...[...times].map(([way, found]) => {
        const ratios = found.map((time, round) => time / none![round]!);
        const cost = `${((median(ratios) - 1) * 100).toFixed(1)} %`;
        return [`a step with ${way}`, ms(median(found)), found === none ? '' : cost];
      }),
      ['from the end of a step to its picture in a client, p50', ms(percentile(waits, 50)), ''],
      ['p95', ms(percentile(waits, 95)), ''],
      ['pictures received', `${waits.length} of ${ROUNDS * STEPS}`, ''],
    ],
    notes: [
      `The built-in model at 256x256: ${ROUNDS} runs of ${STEPS} steps each way, in turn, in one engine process; the mean step of a run, and medians over runs. The way to the client is over a real server and socket on this machine.`,
    ],
  };
}

/** The mean step of each run, in milliseconds; the first step is left out, since sessions may open in it. */
async function stepTimes(place: BenchPlace): Promise<Map<string, number[]>> {
  const engine = await startBenchEngine(place);
  const times = new Map<string, number[]>(Object.keys(ways).map((way) => [way, []]));
  let seed = 0;
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const order = Object.entries(ways);
      for (const [way, previews] of round % 2 === 0 ? order : order.toReversed()) {
        const document = await variation(place, `${seed++}`);
        const messages = await runInEngine(engine, {
          run: `previews${seed}`,
          document,
          ...(previews ? { previews } : {}),
        });
        const steps = sampleSteps(messages);
        const mean = steps.reduce((sum, time) => sum + time, 0) / steps.length;
        if (round > 0) times.get(way)!.push(mean);
      }
    }
  } finally {
    await engine.stop();
  }
  return times;
}

/** A seed that no run had before, so that nothing is taken from a cache. */
function variation(place: BenchPlace, seed: string) {
  return template(place, 'variation', {
    'seed.seed': seed,
    'steps.value': STEPS,
    'strength.value': 1,
  });
}

function sampleSteps(messages: readonly FromEngine[]): number[] {
  return messages.flatMap((message) =>
    message.kind === 'step' && message.step.node === 'sample' && message.step.step > 1
      ? [message.step.milliseconds]
      : [],
  );
}

async function pictureWaits(place: BenchPlace): Promise<number[]> {
  const { root, dataFolder, device } = place;
  const engineSettings = engineDefaults({ dataFolder, root, device });
  const offline = { hub: new URL('https://localhost'), token: undefined, offline: true };
  const models = openModels({ root, ...engineSettings });
  const server = await startServer({
    models,
    downloads: new ModelDownloads({ library: models, settings: offline }),
    host: '127.0.0.1',
    port: 0,
    clientFolder: join(root, 'dist/client'),
    library: await programLibrary({ root, ...engineSettings, models }),
    version: 'bench',
    engineEntry: engineEntry(root),
    tokensEntry: join(root, 'dist/server/tokens.js'),
    engineSettings,
    log: createLog('error'),
  });
  try {
    const waits: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      waits.push(...(await watchRun(server.url, await variation(place, `${1000 + round}`))));
    }
    return waits;
  } finally {
    await server.close();
  }
}

/** Runs a workflow as a client would and answers how long each picture was on its way. */
async function watchRun(url: string, workflow: unknown): Promise<number[]> {
  const response = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ workflow }),
  });
  const { id } = (await response.json()) as { id: string };
  const socket = io(url, { transports: ['websocket'] });
  // A picture may come before the event that says when its step ended.
  const ended = new Map<number, number>();
  const came = new Map<number, number>();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('picture', (picture: StepPicture, received: () => void) => {
        received();
        came.set(picture.seq, Date.now());
      });
      socket.on('event', (event: RunEvent) => {
        if (event.kind === 'step' && event.step.at !== undefined) ended.set(event.step.seq, event.step.at);
        if (event.kind !== 'run') return;
        if (event.summary.state === 'done') setTimeout(resolve, 500);
        if (event.summary.state === 'failed') reject(new Error(event.summary.error?.message));
      });
      socket.on('connect', () => socket.emit('watch', { run: id, after: 0 }, () => undefined));
      socket.on('connect_error', reject);
    });
  } finally {
    socket.disconnect();
  }
  return [...came].flatMap(([seq, at]) => (ended.has(seq) ? [at - ended.get(seq)!] : []));
}
