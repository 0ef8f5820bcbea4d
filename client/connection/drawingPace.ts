/** Draws what changes: at once after a rest, then what has come in the meantime together, after a pause. */
export class DrawingPace {
  private readonly draw: () => void;
  /** Milliseconds. */
  private readonly pause: () => number;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private waiting = false;

  constructor(draw: () => void, pause: () => number) {
    this.draw = draw;
    this.pause = pause;
  }

  /** Something changed that can wait for the pause. */
  soon(): void {
    if (this.resting === undefined) this.now();
    else this.waiting = true;
  }

  /** Draws all that has changed, without waiting. */
  now(): void {
    this.stop();
    this.draw();
    this.resting = setTimeout(() => {
      this.resting = undefined;
      if (this.waiting) this.now();
    }, this.pause());
  }

  /** Draws no more of what waits. */
  stop(): void {
    clearTimeout(this.resting);
    this.resting = undefined;
    this.waiting = false;
  }
}
