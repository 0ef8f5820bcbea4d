import sharp from 'sharp';
import type { Picture } from '../../models/image/picture.ts';
import type { EncodedPicture } from './messages.ts';

/** Latents are tiny: previews are enlarged to at least this, so that a viewer needs no own interpolation. */
const SMALLEST_SIDE = 256;
const LARGEST_SIDE = 512;

type Make = () => Promise<Picture>;
type Deliver = (picture: EncodedPicture) => void;

interface Lane {
  busy: boolean;
  next: { readonly make: Make; readonly deliver: Deliver } | undefined;
}

/**
 * Makes step pictures beside the sampler: one at a time for each node. While one is being made, only the newest that
 * waits is kept; so a slow encoder drops pictures, never the last one, and never holds the sampler up.
 */
export class StepPictures {
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();
  /** Has said so once. */
  #failed = false;

  offer(node: string, make: Make, deliver: Deliver): void {
    const lane = this.#lanes.get(node) ?? { busy: false, next: undefined };
    this.#lanes.set(node, lane);
    lane.next = { make, deliver };
    if (lane.busy) return;
    const work = this.#drain(lane);
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Resolves when every picture still wanted has been delivered. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #drain(lane: Lane): Promise<void> {
    lane.busy = true;
    for (let next = lane.next; next; next = lane.next) {
      lane.next = undefined;
      try {
        next.deliver(await encodePreview(await next.make()));
      } catch (error) {
        if (!this.#failed) console.error(`A step picture could not be made: ${(error as Error).message}`);
        this.#failed = true;
      }
    }
    lane.busy = false;
  }
}

async function encodePreview({ width, height, data }: Picture): Promise<EncodedPicture> {
  const shorter = Math.min(width, height);
  const longer = Math.max(width, height);
  const scale = Math.min(LARGEST_SIDE / longer, Math.max(1, SMALLEST_SIDE / shorter));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...size, kernel: 'cubic', fit: 'fill' })
    .jpeg({ quality: 82 })
    .toBuffer();
  return { bytes, extension: 'jpg', ...size };
}
