import { io } from 'socket.io-client';
import type { RunEvent, StepPicture } from '../../protocol/events.ts';
import type { FromEngine } from '../../engine/messages.ts';
import { createLog } from '../log.ts';
import { engineDefaults } from '../engineDefaults.ts';
import { join } from 'node:path';
import { openModels } from '../../models/openModels.ts';
import { programLibrary } from '../../runs/programLibrary.ts';
import { startServer } from '../startServer.ts';
import { engineEntry, runInEngine, startBenchEngine, template, type BenchPlace } from './benchEngine.ts';
import { median, percentile, type Table } from './table.ts';

const ROUNDS = 10;
const STEPS = 50;

/** What previews cost the sampler, and how long a step's picture takes to reach a client. */
export async function previewCost(place: BenchPlace): Promise<Table> {
  const { off, on } = await stepTimes(place);
  const ratios = on.map((time, round) => time / off[round]!);
  const waits = await pictureWaits(place);
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return {
    title: 'Previews',
    columns: ['figure', 'value'],
    rows: [
      ['a step of the built-in model at 256x256, without previews (median)', ms(median(off))],
      ['the same with a picture of every step', ms(median(on))],
      ['previews cost (median over pairs of runs)', `${((median(ratios) - 1) * 100).toFixed(1)} %`],
      ['from the end of a step to its picture in a client, p50', ms(percentile(waits, 50))],
      ['p95', ms(percentile(waits, 95))],
      ['pictures received', `${waits.length}`],
    ],
    notes: [
      `${ROUNDS} runs of ${STEPS} steps each way, in turn, in one engine process; the way to the client over a real server and socket on this machine.`,
    ],
  };
}

/** The median step of each run, in milliseconds; the first step is left out, since sessions may open in it. */
async function stepTimes(place: BenchPlace): Promise<{ off: number[]; on: number[] }> {
  const engine = await startBenchEngine(place);
  const times = { off: [] as number[], on: [] as number[] };
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const previews of round % 2 === 0 ? [false, true] : [true, false]) {
        const document = await variation(place, `${round * 2 + (previews ? 1 : 0)}`);
        const messages = await runInEngine(engine, {
          run: `previews${round}${previews}`,
          document,
          previews,
        });
        if (round > 0) times[previews ? 'on' : 'off'].push(median(sampleSteps(messages)));
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
    message.kind === 'step' && message.node === 'sample' && message.step > 1 ? [message.milliseconds] : [],
  );
}

async function pictureWaits(place: BenchPlace): Promise<number[]> {
  const { root, dataFolder, device } = place;
  const engineSettings = engineDefaults({ dataFolder, root, device });
  const models = openModels({ root, ...engineSettings });
  const server = await startServer({
    models,
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
      waits.push(...(await watchRun(server.url, await variation(place, `${100 + round}`))));
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
  const ended = new Map<number, number>();
  const waits: number[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('picture', (picture: StepPicture, received: () => void) => {
        received();
        const at = ended.get(picture.seq);
        if (at !== undefined) waits.push(Date.now() - at);
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
  return waits;
}
