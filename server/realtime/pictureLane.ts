import type { StepPicture } from '../protocol/events.ts';

type Send = (picture: StepPicture, received: () => void) => void;

interface Slot {
  readonly run: string;
  onItsWay: boolean;
  /** The newest picture that came while another was on its way. */
  waiting: StepPicture | undefined;
}

/**
 * One client's pictures: of each node at most one is on its way and one waits. A newer picture takes the place of the
 * one that waits, so that a slow client sees fewer pictures but always the last, and costs two pictures per node.
 */
export class PictureLane {
  readonly #send: Send;
  readonly #slots = new Map<string, Slot>();

  constructor(send: Send) {
    this.#send = send;
  }

  offer(picture: StepPicture): void {
    const key = `${picture.run} ${picture.node}`;
    let slot = this.#slots.get(key);
    if (!slot) this.#slots.set(key, (slot = { run: picture.run, onItsWay: false, waiting: undefined }));
    if (slot.onItsWay) slot.waiting = picture;
    else this.#dispatch(slot, picture);
  }

  /** Lets go of what waits of that run. */
  forget(run: string): void {
    for (const [key, slot] of this.#slots) {
      if (slot.run !== run) continue;
      slot.waiting = undefined;
      this.#slots.delete(key);
    }
  }

  #dispatch(slot: Slot, picture: StepPicture): void {
    slot.onItsWay = true;
    this.#send(picture, () => {
      slot.onItsWay = false;
      const next = slot.waiting;
      slot.waiting = undefined;
      if (next) this.#dispatch(slot, next);
    });
  }
}
