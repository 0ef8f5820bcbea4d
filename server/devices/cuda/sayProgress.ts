import { progressText } from '../../cli/commands/progressText.ts';
import { RateMeter } from '../../models/download/rateMeter.ts';

/** Milliseconds between two lines. */
const SAY_EVERY = 5_000;

/** Says now and then how far a download is, given what has arrived of how many bytes. */
export function sayProgress(say: (line: string) => void): (bytes: number, total?: number) => void {
  const meter = new RateMeter();
  let said = performance.now();
  return (bytes, total) => {
    const now = performance.now();
    meter.add(bytes, now);
    if (now - said < SAY_EVERY) return;
    said = now;
    say(progressText({ bytes, total, rate: meter.rate, secondsLeft: meter.secondsLeft(total) }));
  };
}
