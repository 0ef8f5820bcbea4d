import sharp from 'sharp';
import type { Picture } from '../../models/image/picture.ts';
import type { EncodedPicture } from '../engine/messages.ts';

/** Latents are tiny: previews are enlarged to at least this, so that a viewer needs no own interpolation. */
const SMALLEST_SIDE = 256;
const LARGEST_SIDE = 512;

/** Pictures of a node that wait at most; steps are rarely faster than the encoder for so long. */
const MOST_WAITING = 64;

type Deliver = (picture: EncodedPicture) => void;

interface Lane {
  busy: boolean;
  readonly waiting: { readonly picture: Picture; readonly deliver: Deliver }[];
}

/**
 * Encodes step pictures, one at a time for each node, in order. When more wait than there is room for, the oldest give
 * way; so a slow encoder loses some, never the last one, and memory stays bounded.
 */
export class StepPictures {
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();

  offer(node: string, picture: Picture, deliver: Deliver): void {
    const lane = this.#lanes.get(node) ?? { busy: false, waiting: [] };
    this.#lanes.set(node, lane);
    lane.waiting.push({ picture, deliver });
    if (lane.waiting.length > MOST_WAITING) lane.waiting.shift();
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
    for (let next = lane.waiting.shift(); next; next = lane.waiting.shift()) {
      next.deliver(await encodePreview(next.picture));
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
