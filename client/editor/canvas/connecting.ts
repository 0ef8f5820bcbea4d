import { shallowRef, type ShallowRef } from 'vue';
import type { WorkflowDocument, WorkflowLink } from '../../../workflows/schema/document.ts';
import type { PortType } from '../../../workflows/schema/nodeDescription.ts';
import { checkConnection, linkInto, type ConnectionCheck } from '../core/connectionRules.ts';
import type { EditCommand } from '../core/editCommand.ts';
import { linkKey } from '../core/itemIds.ts';
import { socketType, type SocketRef } from '../core/nodeCatalogue.ts';
import type { Point } from '../core/rect.ts';
import type { EditorState } from '../session/editorState.ts';
import type { ConnectEvents } from './connectFlow.ts';

/** A link that is being dragged. */
export interface PendingLink {
  /** The end that stays. */
  readonly held: SocketRef;
  readonly type: PortType | undefined;
  /** The link that was taken off an input; it goes when dropped elsewhere. */
  readonly detached: WorkflowLink | undefined;
  /** The workflow without the detached link: what new links are checked against. */
  readonly document: WorkflowDocument;
  readonly keyboard: boolean;
}

export interface Connecting extends ConnectEvents {
  readonly pending: Readonly<ShallowRef<PendingLink | null>>;
  readonly pointer: Readonly<ShallowRef<Point>>;
  /** The socket under the pointer, and whether the link may end there. */
  readonly over: ShallowRef<{ readonly socket: SocketRef; readonly check: ConnectionCheck } | null>;
  check(socket: SocketRef): ConnectionCheck | undefined;
  enter(socket: SocketRef): void;
  leave(): void;
  /** Enter or Space on a socket: takes a link, or ends the one taken. */
  press(socket: SocketRef): void;
  cancel(): void;
}

export interface ConnectingOptions {
  readonly state: EditorState;
  execute(command: EditCommand): void;
  /** A new link was let go over the empty canvas. */
  droppedOnEmpty(held: SocketRef, at: Point): void;
  /** The socket of the node under the pointer that the link could end on. */
  socketAt(client: Point, pending: PendingLink): SocketRef | undefined;
}

/** The state of dragging a link, and what its end does to the workflow. */
export function createConnecting(options: ConnectingOptions): Connecting {
  const { state } = options;
  const pending = shallowRef<PendingLink | null>(null);
  const pointer = shallowRef<Point>({ x: 0, y: 0 });
  const over: Connecting['over'] = shallowRef(null);

  const take = (socket: SocketRef, keyboard: boolean): SocketRef => {
    const document = state.document.value;
    const detached =
      socket.side === 'input' && !keyboard ? linkInto(document, socket.node, socket.port) : undefined;
    const held = detached ? ({ ...detached.from, side: 'output' } as const) : socket;
    const links = document.links.filter((link) => link !== detached);
    const type = socketType(document, state.catalogue.value, held);
    pending.value = { held, type, detached, document: { ...document, links }, keyboard };
    over.value = null;
    return held;
  };
  const check = (socket: SocketRef): ConnectionCheck | undefined =>
    pending.value
      ? checkConnection(pending.value.document, state.catalogue.value, [pending.value.held, socket])
      : undefined;
  const finish = (socket: SocketRef | undefined): void => {
    const { detached } = pending.value ?? {};
    const result = socket && check(socket);
    pending.value = null;
    over.value = null;
    const commands: EditCommand[] = [];
    if (detached) commands.push({ kind: 'disconnect', links: [linkKey(detached)] });
    if (result?.ok) commands.push({ kind: 'connect', ...result.link });
    const same = detached && result?.ok && linkKey(detached) === linkKey(result.link);
    if (commands.length > 0 && !same) options.execute({ kind: 'batch', commands });
  };
  return {
    pending,
    pointer,
    over,
    check,
    started: (socket) => take(socket, false),
    moved(to) {
      pointer.value = to;
    },
    ended(socket) {
      // Let go where it was taken: a click, which must not detach.
      if (pending.value?.held.node === socket.node && sameSocket(pending.value.held, socket))
        pending.value = null;
      else finish(socket);
    },
    dropped() {
      const { held, detached } = pending.value ?? {};
      const near = pending.value && options.socketAt(pointer.value, pending.value);
      finish(near ?? undefined);
      if (held && !detached && !near) options.droppedOnEmpty(held, pointer.value);
    },
    enter(socket) {
      const result = check(socket);
      if (result && pending.value && !sameSocket(pending.value.held, socket)) {
        over.value = { socket, check: result };
      }
    },
    leave() {
      over.value = null;
    },
    press(socket) {
      if (!pending.value) take(socket, true);
      else if (sameSocket(pending.value.held, socket)) pending.value = null;
      else if (check(socket)?.ok) finish(socket);
    },
    cancel() {
      pending.value = null;
      over.value = null;
    },
  };
}

function sameSocket(a: SocketRef, b: SocketRef): boolean {
  return a.node === b.node && a.side === b.side && a.port === b.port;
}
