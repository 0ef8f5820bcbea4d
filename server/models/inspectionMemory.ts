import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { modelRoleSchema, sha256Schema } from '../protocol/models.ts';
import type { Disk } from '../storage/disk.ts';
import { Serial } from '../storage/serial.ts';

const inspectionSchema = z.object({
  /** Of the files that were looked at (modelFiles). */
  signature: z.string(),
  hash: sha256Schema.optional(),
  role: modelRoleSchema.optional(),
  architecture: z.string().optional(),
  parts: z.array(z.string()).readonly().optional(),
  levels: z.array(z.number()).readonly().optional(),
  trainSteps: z.number().optional(),
  /** Why it cannot be used, a sentence. */
  problem: z.string().optional(),
});
/** What was found out about a model by reading it. */
export type Inspection = z.infer<typeof inspectionSchema>;

/** More than a person has; the longest unused go first. */
const KEPT = 2000;

/** What is known of models by their paths, for as long as their files stay the same; kept in a file of the cache. */
export class InspectionMemory {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #writes = new Serial();
  #known: Promise<Map<string, Inspection>> | undefined;

  constructor(path: string, disk: Disk) {
    this.#path = path;
    this.#disk = disk;
  }

  async get(path: string, signature: string): Promise<Inspection | undefined> {
    const known = (await this.#open()).get(path);
    return known?.signature === signature ? known : undefined;
  }

  /** A disk that takes no more costs only another reading. */
  async set(path: string, inspection: Inspection): Promise<void> {
    const known = await this.#open();
    known.delete(path);
    known.set(path, inspection);
    for (const [oldest] of known) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    const write = () =>
      this.#disk.write(this.#path, JSON.stringify(Object.fromEntries(known)), { durable: false });
    await this.#writes.run(write).catch(() => undefined);
  }

  /** Resolves when nothing is written any more. */
  close(): Promise<void> {
    return this.#writes.close();
  }

  #open(): Promise<Map<string, Inspection>> {
    this.#known ??= read(this.#path);
    return this.#known;
  }
}

/** A file that cannot be read or understood costs only another reading of the models. */
async function read(path: string): Promise<Map<string, Inspection>> {
  try {
    const found = z.record(z.string(), inspectionSchema).safeParse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(found.data ?? {}));
  } catch {
    return new Map();
  }
}
