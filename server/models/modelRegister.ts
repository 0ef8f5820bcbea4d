import { readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { sha256Schema } from '../protocol/models.ts';
import { type Disk, errorCode } from '../storage/disk.ts';
import { Serial } from '../storage/serial.ts';

const downloadedSchema = z.object({
  source: z.string(),
  revision: z.string().optional(),
  entry: z.string().optional(),
  files: z.record(z.string(), sha256Schema),
});
/** What is kept of a download. */
export type Downloaded = z.infer<typeof downloadedSchema>;

const registerSchema = z.object({
  /** Name to absolute path. */
  links: z.record(z.string(), z.string()).default({}),
  /** What Impasto downloaded, by the model's name: where from, and the SHA-256 of each file by its path. */
  downloaded: z.record(z.string(), downloadedSchema).default({}),
});
export type RegisterContent = z.infer<typeof registerSchema>;

const empty = (): RegisterContent => ({ links: {}, downloaded: {} });

/** The content of the register; nothing when there is none yet, or when its file cannot be understood. */
export async function readRegister(path: string): Promise<RegisterContent> {
  return (await tryRead(path)) ?? empty();
}

/** Undefined when there is a file that is no register. */
async function tryRead(path: string): Promise<RegisterContent | undefined> {
  try {
    return registerSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return empty();
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Which models were added by reference and which were downloaded: a small JSON file in the data folder. */
export class ModelRegister {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #changes = new Serial();

  constructor(path: string, disk: Disk) {
    this.#path = path;
    this.#disk = disk;
  }

  read(): Promise<RegisterContent> {
    return readRegister(this.#path);
  }

  /** Resolves when nothing is written any more. */
  close(): Promise<void> {
    return this.#changes.close();
  }

  /** Changes are made one after the other, each on what the file holds then: another program may write it too. */
  change(edit: (content: RegisterContent) => void): Promise<void> {
    return this.#changes.run(async () => {
      let content = await tryRead(this.#path);
      if (!content) {
        // Somebody's mistake while editing it: kept, so that nothing in it is lost.
        await rename(this.#path, `${this.#path}.unreadable`);
        content = empty();
      }
      edit(content);
      await this.#disk.write(this.#path, `${JSON.stringify(content, null, 2)}\n`);
    });
  }
}
