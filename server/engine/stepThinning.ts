import type { OptimisingReport, StepReport } from '../../nodes/contract/node.ts';

/** So many are told before every second of those to come is left out, and again. */
const MOST_STEPS = 2_000;
const MOST_PICTURES = 500;

/**
 * Decides which steps of a long optimisation are told: all at first, then ever fewer, so that ten times the steps are a
 * few thousand more; their pictures likewise. A step with a picture that is told is told itself, and so is the last,
 * whenever it turns out to be that. Those of samplers are few, and all told.
 */
export class StepThinning {
  readonly #tell: (report: StepReport, milliseconds: number) => void;
  readonly #steps = new Sieve(MOST_STEPS);
  readonly #pictures = new Sieve(MOST_PICTURES);
  #leftOut: { readonly report: OptimisingReport; readonly milliseconds: number } | undefined;

  constructor(tell: (report: StepReport, milliseconds: number) => void) {
    this.#tell = tell;
  }

  /** Answers whether it was told. */
  step(report: StepReport, milliseconds: number): boolean {
    const kept = 'losses' in report ? this.#sieve(report) : report;
    if ('losses' in report) this.#leftOut = kept ? undefined : { report, milliseconds };
    if (kept) this.#tell(kept, milliseconds);
    return kept !== undefined;
  }

  /** The work is over, however it ended: tells its last step if that was left out. */
  end(): void {
    if (this.#leftOut) this.#tell(this.#leftOut.report, this.#leftOut.milliseconds);
    this.#leftOut = undefined;
  }

  #sieve(report: OptimisingReport): OptimisingReport | undefined {
    const { picture, ...plain } = report;
    const last = report.step === report.of;
    const due = this.#steps.passes() || last;
    if (picture && (this.#pictures.passes() || last)) return report;
    return due ? plain : undefined;
  }
}

/** Lets through every one, then every second, every fourth: the stride doubles after so many. */
class Sieve {
  readonly #most: number;
  #stride = 1;
  #seen = 0;
  #passed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  passes(): boolean {
    if (++this.#seen % this.#stride !== 0) return false;
    if (++this.#passed % this.#most === 0) this.#stride *= 2;
    return true;
  }
}
