import { chmod } from 'node:fs/promises';
import type { HubFacts } from '../protocol/models.ts';
import type { Disk } from '../storage/disk.ts';
import { Serial } from '../storage/serial.ts';
import { type HubSettings, checkToken, readSavedSettings } from './hubSettings.ts';
import { ModelRefusal } from './modelRefusal.ts';

/** The hub as it is set up, with the access token that a person may give while Impasto runs. */
export class HubAccess implements HubSettings {
  readonly #settings: HubSettings;
  readonly #place: { readonly file: string; readonly disk: Disk };
  readonly #changes = new Serial();
  #token: string | undefined;

  /** `file` is the data folder's settings.json. */
  constructor(settings: HubSettings, place: { readonly file: string; readonly disk: Disk }) {
    this.#settings = settings;
    this.#place = place;
    this.#token = settings.token;
  }

  get hub(): URL {
    return this.#settings.hub;
  }
  get offline(): boolean {
    return this.#settings.offline;
  }
  get token(): string | undefined {
    return this.#token;
  }

  /** What everybody may know of it: never the token itself. */
  get facts(): HubFacts {
    const { fixedToken = false } = this.#settings;
    const token = this.#token === undefined ? 'none' : fixedToken ? 'environment' : 'saved';
    return { address: this.hub.href, offline: this.offline, token };
  }

  /** Resolves when nothing is written any more. */
  close(): Promise<void> {
    return this.#changes.close();
  }

  /** Keeps a token for this and later starts, or forgets it. Throws ModelRefusal, and StorageError. */
  setToken(text: string | null): Promise<void> {
    return this.#changes.run(async () => {
      if (this.#settings.fixedToken)
        throw new ModelRefusal('conflict', 'The access token comes from HF_TOKEN: change it there.');
      const token = checkToken(text ?? undefined);
      const { file, disk } = this.#place;
      const { token: _before, ...others } = await readSavedSettings(file);
      const saved = { ...others, ...(token === undefined ? {} : { token }) };
      await disk.write(file, `${JSON.stringify(saved, null, 2)}\n`);
      // Nobody else's business on a machine that several people use.
      await chmod(file, 0o600);
      this.#token = token;
    });
  }
}
