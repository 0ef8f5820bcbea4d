import type { TrainingEnd, TrainingOptions, TrainingStep } from './trainingOptions.ts';
import { TrainingRun } from './trainingRun.ts';

/**
 * Trains, and yields after every step. Goes on from the checkpoint if there is one, to the same numbers. Stopped between two
 * steps by `signal`, by leaving the loop or by batches that fail, it keeps what was learnt. So a pause is a stop: neither
 * memory nor a device is held meanwhile, and whoever calls it again goes on.
 *
 * A loss or gradient that is not finite ends it (TrainingError `not-finite`, with step and term), and the last good weights
 * are kept, in the checkpoint and in `values`: weights are good when a batch gave numbers with them. So a checkpoint is
 * written when the step after it has been evaluated. One that cannot be written is a notice, unless it is the last.
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingStep, TrainingEnd> {
  const run = await TrainingRun.open(options);
  let failed = true;
  try {
    for (;;) {
      const step = await run.next();
      failed = false;
      if (!step) return run.end;
      yield step;
      failed = true;
    }
  } finally {
    // A training that failed says why it did, not that its checkpoint failed too.
    await (failed ? run.keep().catch(() => undefined) : run.keep());
  }
}
