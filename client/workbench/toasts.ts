import { shallowReactive } from 'vue';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'ok' | 'error';
  /** What it is about: a newer message takes the place of an older one. By default, its kind. */
  readonly topic?: 'opened' | 'deleted' | 'failed';
  readonly text: string;
  readonly action?: { readonly title: string; run(): void };
}

/** Milliseconds: an undo must be within reach for a while, an error must be readable, a notice only be seen. */
const SHOWN = { action: 8000, error: 8000, notice: 3500 };

/** Short messages in the corner, newest last, one for each topic. */
export class Toasts {
  readonly list: Toast[] = shallowReactive([]);
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private held = false;
  private next = 1;

  /** Returns its id. */
  show(toast: Omit<Toast, 'id'>): number {
    this.closeTopic(topicOf(toast));
    const id = this.next++;
    this.list.push({ ...toast, id });
    this.resume(id);
    return id;
  }

  /** Shows what went wrong; anything that is not an error with a sentence is not for people. */
  error(error: unknown): void {
    this.show({ kind: 'error', text: error instanceof Error ? error.message : String(error) });
  }

  close(id: number): void {
    const index = this.list.findIndex((toast) => toast.id === id);
    if (index >= 0) this.list.splice(index, 1);
    this.pause(id);
  }

  closeTopic(topic: ReturnType<typeof topicOf>): void {
    for (const toast of this.list.filter((shown) => topicOf(shown) === topic)) this.close(toast.id);
  }

  /** While somebody points at a message, or is in it, it stays. */
  pause(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  resume(id: number): void {
    this.pause(id);
    const toast = this.list.find((shown) => shown.id === id);
    if (!toast || this.held) return;
    const time = toast.action ? SHOWN.action : toast.kind === 'error' ? SHOWN.error : SHOWN.notice;
    this.timers.set(
      id,
      setTimeout(() => this.close(id), time),
    );
  }

  /** Messages behind a dialog wait until it is gone. */
  hold(held: boolean): void {
    this.held = held;
    for (const { id } of this.list) {
      if (held) this.pause(id);
      else this.resume(id);
    }
  }
}

function topicOf({ topic, kind }: Omit<Toast, 'id'>): NonNullable<Toast['topic']> | Toast['kind'] {
  return topic ?? kind;
}
