import { z } from 'zod';
import type { Download } from './models.ts';
import {
  nodeRecordSchema,
  runIdSchema,
  runSummarySchema,
  shownPictureSchema,
  stepRecordSchema,
} from './runs.ts';

/** What happens in a run, in order. `seq` counts from 1 in each run without gaps. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run: runIdSchema, seq: z.int(), summary: runSummarySchema }),
  z.object({
    kind: z.literal('node'),
    run: runIdSchema,
    seq: z.int(),
    node: z.string(),
    record: nodeRecordSchema,
  }),
  z.object({ kind: z.literal('step'), run: runIdSchema, seq: z.int(), step: stepRecordSchema }),
  z.object({ kind: z.literal('shown'), run: runIdSchema, seq: z.int(), picture: shownPictureSchema }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

/** A step's picture as it is made. May be dropped for a slow client, never the last one of a node. */
export interface StepPicture {
  readonly run: string;
  readonly seq: number;
  readonly node: string;
  readonly step: number;
  readonly of: number;
  readonly mime: 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array;
}

export const watchSchema = z.object({ run: runIdSchema, after: z.int().min(0) });
export type Watch = z.infer<typeof watchSchema>;

/** Socket.io event maps. `runs` (summaries of all runs) goes to everybody; the rest to those who watch the run. */
export interface ServerToClient {
  runs: (summary: z.infer<typeof runSummarySchema>) => void;
  event: (event: RunEvent) => void;
  /** The client acknowledges each picture; until then newer ones wait, and only the newest is kept. */
  picture: (picture: StepPicture, received: () => void) => void;
  /** A server workflow was saved, renamed or deleted (by anybody). */
  workflows: () => void;
  system: (state: z.infer<typeof systemStateSchema>) => void;
  /** The list of models changed: ask for it again. */
  models: () => void;
  /** How far a download is; at most four times a second each. */
  download: (download: Download) => void;
}
export interface ClientToServer {
  /** Sends every event of the run after that sequence number, then what follows live. */
  watch: (request: Watch, answer: (result: { ok: true } | { ok: false; message: string }) => void) => void;
  unwatch: (request: { run: string }) => void;
}

export const systemStateSchema = z.object({
  engine: z.enum(['starting', 'ready', 'busy', 'restarting']),
  queued: z.int(),
});
