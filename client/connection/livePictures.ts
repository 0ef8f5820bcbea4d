import type { StepPicture } from '../../server/protocol/events.ts';

interface LivePicture {
  readonly url: string;
  readonly seq: number;
}

/** A picture that is being loaded may still need its address for a moment after a newer one came. */
const LINGER = 1000;

/** The newest picture that the socket brought for each node, as object URLs that are given back. */
export class LivePictures {
  private readonly newest = new Map<string, LivePicture>();

  /** Takes a picture in; false when a newer one of that node is there. */
  add({ node, seq, mime, bytes }: StepPicture): boolean {
    const before = this.newest.get(node);
    if (before && before.seq > seq) return false;
    // A copy: the bytes may be a view into a larger message.
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mime }));
    this.newest.set(node, { url, seq });
    if (before) setTimeout(() => URL.revokeObjectURL(before.url), LINGER);
    return true;
  }

  get(node: string): LivePicture | undefined {
    return this.newest.get(node);
  }

  clear(): void {
    for (const { url } of this.newest.values()) URL.revokeObjectURL(url);
    this.newest.clear();
  }
}
