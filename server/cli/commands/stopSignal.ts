import type { RunPause } from '../../engine/runOnce.ts';

export interface StopSignalOptions {
  /** Told when the run is to be paused, when it is, and when it goes on. */
  readonly tell: (what: 'pausing' | 'paused' | 'resumed') => void;
}

/**
 * Ctrl+Z in a terminal (SIGTSTP) pauses the run before this process is stopped, and `fg` (SIGCONT) has it go on. Windows
 * knows no such signals.
 */
export function stopSignal({ tell }: StopSignalOptions): RunPause {
  let asked = false;
  let ask = (): void => undefined;
  let wake = (): void => undefined;
  process.on('SIGTSTP', () => {
    asked = true;
    tell('pausing');
    ask();
  });
  process.on('SIGCONT', () => {
    asked = false;
    wake();
  });
  return {
    isAsked: () => asked,
    onAsk: (listener) => (ask = listener),
    held: async () => {
      if (!asked) return;
      const woken = new Promise<void>((resolve) => (wake = resolve));
      tell('paused');
      process.kill(process.pid, 'SIGSTOP');
      await woken;
      tell('resumed');
    },
  };
}
