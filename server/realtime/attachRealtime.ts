import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import { z } from 'zod';
import { type systemStateSchema, watchSchema } from '../protocol/events.ts';
import type { RunService } from '../runs/runService.ts';
import { PictureLane } from './pictureLane.ts';
import { RunViewer } from './runViewer.ts';
import type { RealtimeServer, RealtimeSocket } from './sockets.ts';

export interface RealtimeParts {
  readonly runs: RunService;
  readonly systemState: () => z.infer<typeof systemStateSchema>;
  /** Why a connection must be refused, if it must. */
  readonly policy: (headers: IncomingMessage['headers']) => string | undefined;
  readonly report: (error: unknown) => void;
}

/** Runs that one client may watch at a time; watching more drops the oldest. */
const MOST_WATCHED = 8;

/** The socket side of the service: what happens, as it happens, to whoever watches. */
export function attachRealtime(server: HttpServer, parts: RealtimeParts): RealtimeServer {
  const io: RealtimeServer = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: 100_000,
    allowRequest: (request, answer) => answer(null, parts.policy(request.headers) === undefined),
  });
  io.on('connection', (socket) => {
    socket.emit('system', parts.systemState());
    watchRuns(socket, parts);
  });
  parts.runs.on('summary', (summary) => io.emit('runs', summary));
  parts.runs.on('system', () => io.emit('system', parts.systemState()));
  return io;
}

function watchRuns(socket: RealtimeSocket, { runs, report }: RealtimeParts): void {
  const viewers = new Map<string, RunViewer>();
  const lane = new PictureLane((picture, received) => socket.emit('picture', picture, received));
  const offer = (picture: Parameters<PictureLane['offer']>[0]) => {
    if (viewers.has(picture.run)) lane.offer(picture);
  };
  const stop = (run: string) => {
    viewers.get(run)?.stop();
    viewers.delete(run);
    lane.forget(run);
  };
  runs.on('picture', offer);
  socket.on('watch', async (request, answer) => {
    const reply = typeof answer === 'function' ? answer : () => undefined;
    const watch = watchSchema.safeParse(request);
    if (!watch.success) return reply({ ok: false, message: 'Say which run, and after which event.' });
    const { run, after } = watch.data;
    if (!runs.reader.exists(run)) return reply({ ok: false, message: 'There is no such run.' });
    stop(run);
    const [oldest] = viewers.keys();
    if (viewers.size >= MOST_WATCHED && oldest !== undefined) stop(oldest);
    reply({ ok: true });
    const viewer = new RunViewer({ socket, runs: runs.reader, run, after, report });
    viewers.set(run, viewer);
    viewer.start();
    for (const picture of runs.reader.live(run)?.newestPictures ?? [])
      if (picture.seq > after) lane.offer(picture);
  });
  socket.on('unwatch', (request) => {
    const known = z.object({ run: z.string() }).safeParse(request);
    if (known.success) stop(known.data.run);
  });
  socket.on('disconnect', () => {
    runs.off('picture', offer);
    for (const run of viewers.keys()) stop(run);
  });
}
