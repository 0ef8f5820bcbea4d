import { fork } from 'node:child_process';
import { z } from 'zod';
import type { PlacementRequest } from '../../models/probe/logPlacement.ts';
import { deviceTitles } from '../../models/runtime/device.ts';
import { PlacementLog, type Placement } from '../../models/runtime/placementLog.ts';
import { engineEnvironment } from '../engine/engineEnvironment.ts';

const answerSchema = z.object({
  /** Why the network could not be opened: one sentence; null when it could. */
  refused: z.string().nullable(),
});
export type PlacementAnswer = z.infer<typeof answerSchema>;

export interface PlacementOptions {
  /** The placement program (dist/server/placement.js). */
  readonly entry: string;
  /** Milliseconds after which nothing is expected any more. */
  readonly timeout?: number;
}

/** Stable Diffusion's UNet opens in seconds from a fast disk, and in minutes from a slow one. */
const PATIENCE = 300_000;

/**
 * Where a network's operators are placed, found by opening it in a process of its own: onnxruntime tells it only there,
 * and a driver may take the process with it. Throws an Error with one sentence when it cannot be opened.
 */
export function placementInChild(
  request: PlacementRequest,
  { entry, timeout = PATIENCE }: PlacementOptions,
): Promise<readonly Placement[]> {
  const title = deviceTitles[request.device];
  const log = new PlacementLog();
  return new Promise((resolve, reject) => {
    let answer: PlacementAnswer | undefined;
    let late = false;
    const child = fork(entry, [JSON.stringify(request)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: engineEnvironment(),
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.stderr!.on('data', (chunk: Buffer) => log.write(chunk));
    child.on('message', (message) => (answer ??= answerSchema.safeParse(message).data));
    const end = (how: string): void => {
      clearTimeout(timer);
      const problem = answer ? answer.refused : explainEnd({ title, timeout, late, how });
      if (problem !== null) reject(new PlacementRefusal(problem));
      else if (log.placements.length === 0) reject(new PlacementRefusal(SILENT));
      else resolve(log.placements);
    };
    child.once('error', (error) => end(error.message));
    // Not `exit`: what it wrote may still be on its way then.
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
  });
}

/** Why it is not known where operators are placed: the message is for people. */
export class PlacementRefusal extends Error {}

const SILENT =
  'onnxruntime did not say where it placed the operators: this version of it may write another log.';

function explainEnd(about: { title: string; timeout: number; late: boolean; how: string }): string {
  const { title, timeout, late, how } = about;
  return late
    ? `${title} did not open the network within ${timeout / 1000} seconds.`
    : `The process that opened the network on ${title} ended without an answer (${how}): its driver crashed, or the memory was not enough.`;
}
