import type { StepPicture } from '../../server/protocol/events.ts';

interface LivePicture {
  readonly seq: number;
  /** An object URL. */
  readonly url: string;
}

/** A picture that is being loaded may still need its address for a moment after a newer one came. */
const LINGER = 1000;

/** The newest picture that the socket brought for each node; it gets an address when it is to be shown. */
export class LivePictures {
  private readonly newest = new Map<string, StepPicture>();
  private readonly shown = new Map<string, LivePicture>();

  /** Takes a picture in; false when a newer one of that node is there. */
  add(picture: StepPicture): boolean {
    const before = this.newest.get(picture.node);
    if (before && before.seq > picture.seq) return false;
    this.newest.set(picture.node, picture);
    return true;
  }

  get(node: string): LivePicture | undefined {
    const picture = this.newest.get(node);
    const before = this.shown.get(node);
    if (!picture || picture.seq === before?.seq) return before;
    // A copy: the bytes may be a view into a larger message.
    const url = URL.createObjectURL(new Blob([new Uint8Array(picture.bytes)], { type: picture.mime }));
    const live = { seq: picture.seq, url };
    this.shown.set(node, live);
    if (before) setTimeout(() => URL.revokeObjectURL(before.url), LINGER);
    return live;
  }

  clear(): void {
    for (const { url } of this.shown.values()) URL.revokeObjectURL(url);
    this.shown.clear();
    this.newest.clear();
  }
}
