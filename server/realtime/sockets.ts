import type { Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../protocol/events.ts';

export type RealtimeServer = Server<ClientToServer, ServerToClient>;
export type RealtimeSocket = Socket<ClientToServer, ServerToClient>;
