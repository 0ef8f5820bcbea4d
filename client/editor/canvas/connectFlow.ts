import type { BaseSchemes } from 'rete';
import { Flow, type SocketData } from 'rete-connection-plugin';
import type { SocketRef } from '../core/nodeCatalogue.ts';
import type { Point } from '../core/rect.ts';

/** What happens while somebody drags from a socket. */
export interface ConnectEvents {
  /** A socket was pressed. Answers the socket that the drag holds on to: another one when a link is detached. */
  started(socket: SocketRef): SocketRef;
  moved(to: Point): void;
  /** Released on a socket. */
  ended(socket: SocketRef): void;
  /** Released elsewhere, or given up. */
  dropped(): void;
}

type PickParams = Parameters<Flow<BaseSchemes, unknown[]>['pick']>[0];
type Context = Parameters<Flow<BaseSchemes, unknown[]>['pick']>[1];

/** How Rete's connection plugin behaves here: press, drag, release. Which links are allowed is decided elsewhere. */
export class ConnectFlow extends Flow<BaseSchemes, unknown[]> {
  private readonly events: ConnectEvents;
  private held: SocketData | undefined;

  constructor(events: ConnectEvents) {
    super();
    this.events = events;
  }

  override async pick({ socket, event }: PickParams, context: Context): Promise<void> {
    if (event === 'down') {
      const held = this.events.started(toRef(socket));
      this.held = [...context.socketsCache.values()].find((data) => matches(data, held)) ?? socket;
    } else if (this.held) {
      this.held = undefined;
      this.events.ended(toRef(socket));
    }
  }

  override getPickedSocket(): SocketData | undefined {
    return this.held;
  }

  override drop(): void {
    if (!this.held) return;
    this.held = undefined;
    this.events.dropped();
  }
}

function toRef({ nodeId, side, key }: SocketData): SocketRef {
  return { node: nodeId, side, port: key };
}

function matches(data: SocketData, socket: SocketRef): boolean {
  return data.nodeId === socket.node && data.side === socket.side && data.key === socket.port;
}
