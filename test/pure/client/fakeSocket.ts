import type { SocketLike } from '../../../client/connection/serverLink.ts';

export interface Emitted {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** A socket.io client without a network: the test plays the server. */
export class FakeSocket implements SocketLike {
  connected = false;
  readonly emitted: Emitted[] = [];
  private readonly listeners = new Map<string, (...values: never[]) => void>();

  on(name: string, listener: (...values: never[]) => void): void {
    this.listeners.set(name, listener);
  }
  emit(name: string, ...values: unknown[]): void {
    this.emitted.push({ name, values });
  }
  connect(): void {
    this.connected = true;
    this.receive('connect');
  }
  disconnect(): void {
    this.connected = false;
    this.receive('disconnect');
  }
  receive(name: string, ...values: unknown[]): void {
    this.listeners.get(name)?.(...(values as never[]));
  }
  /** What `watch` was asked, in order. */
  watches(): unknown[] {
    return this.emitted.filter(({ name }) => name === 'watch').map(({ values }) => values[0]);
  }
}
