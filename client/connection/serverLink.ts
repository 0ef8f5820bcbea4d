import { io } from 'socket.io-client';
import {
  runEventSchema,
  systemStateSchema,
  type RunEvent,
  type StepPicture,
  type Watch,
} from '../../server/protocol/events.ts';
import { runSummarySchema, type RunSummary } from '../../server/protocol/runs.ts';
import type { SystemInfo } from '../../server/protocol/api.ts';
import { downloadSchema, type Download } from '../../server/protocol/models.ts';

/** What comes from the server by itself. */
export interface ServerLinkListener {
  connected?(): void;
  disconnected?(): void;
  run?(summary: RunSummary): void;
  event?(event: RunEvent): void;
  picture?(picture: StepPicture): void;
  workflows?(): void;
  /** The list of models or the catalogue changed. */
  models?(): void;
  download?(download: Download): void;
  system?(state: SystemInfo['state']): void;
}

/** The part of a socket.io client that is used: tests bring their own. */
export interface SocketLike {
  readonly connected: boolean;
  on(name: string, listener: (...values: never[]) => void): unknown;
  emit(name: string, ...values: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

/** The live connection: tells its listeners what the server says, once it has been checked. */
export class ServerLink {
  private readonly listeners = new Set<ServerLinkListener>();
  private readonly socket: SocketLike;

  constructor(socket: SocketLike = io({ transports: ['websocket'], reconnectionDelayMax: 4000 })) {
    this.socket = socket;
    socket.on('connect', () => this.tell((listener) => listener.connected?.()));
    socket.on('disconnect', () => this.tell((listener) => listener.disconnected?.()));
    socket.on('connect_error', () => this.tell((listener) => listener.disconnected?.()));
    socket.on('workflows', () => this.tell((listener) => listener.workflows?.()));
    socket.on('models', () => this.tell((listener) => listener.models?.()));
    socket.on('download', (value: unknown) => {
      const download = downloadSchema.safeParse(value);
      if (download.success) this.tell((listener) => listener.download?.(download.data));
    });
    socket.on('runs', (value: unknown) => {
      const summary = runSummarySchema.safeParse(value);
      if (summary.success) this.tell((listener) => listener.run?.(summary.data));
    });
    socket.on('system', (value: unknown) => {
      const state = systemStateSchema.safeParse(value);
      if (state.success) this.tell((listener) => listener.system?.(state.data));
    });
    socket.on('event', (value: unknown) => {
      const event = runEventSchema.safeParse(value);
      if (event.success) this.tell((listener) => listener.event?.(event.data));
    });
    // Acknowledged only after it was taken: until then the server holds newer pictures back.
    socket.on('picture', (picture: StepPicture, received?: () => void) => {
      this.tell((listener) => listener.picture?.(picture));
      received?.();
    });
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  /** Returns how to stop listening. */
  listen(listener: ServerLinkListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks for every event of a run after a sequence number, then what follows. Answers whether there is such a run. */
  watch(request: Watch): Promise<boolean> {
    return new Promise((resolve) => {
      this.socket.emit('watch', request, (answer: { ok: boolean }) => resolve(answer.ok));
    });
  }

  unwatch(run: string): void {
    this.socket.emit('unwatch', { run });
  }

  /** Tries at once instead of after the next pause. */
  reconnect(): void {
    if (this.socket.connected) return;
    // While socket.io waits for its next try, `connect` alone would only wait with it.
    this.socket.disconnect();
    this.socket.connect();
  }

  close(): void {
    this.socket.disconnect();
  }

  private tell(message: (listener: ServerLinkListener) => void): void {
    for (const listener of this.listeners) message(listener);
  }
}
