import { shallowReactive } from 'vue';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'ok' | 'error';
  readonly text: string;
  readonly action?: { readonly title: string; run(): void };
}

/** An undo must be within reach for a while; an error must be readable. */
const SHOWN = { info: 8000, ok: 4000, error: 12_000 };
const MOST = 4;

/** Short messages in the corner, newest last. */
export class Toasts {
  readonly list: Toast[] = shallowReactive([]);
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private next = 1;

  show(toast: Omit<Toast, 'id'>): void {
    const same = this.list.find((shown) => shown.text === toast.text);
    if (same) this.close(same.id);
    const id = this.next++;
    this.list.push({ ...toast, id });
    if (this.list.length > MOST) this.close(this.list[0]!.id);
    this.resume(id);
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

  /** While the pointer rests on a message it stays. */
  pause(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.list.find((shown) => shown.id === id);
    if (toast)
      this.timers.set(
        id,
        setTimeout(() => this.close(id), SHOWN[toast.kind]),
      );
  }
}
