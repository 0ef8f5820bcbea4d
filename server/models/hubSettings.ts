import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../storage/disk.ts';
import { isLoopback } from './download/privateAddress.ts';
import { ModelRefusal } from './modelRefusal.ts';

/** Where models are downloaded from. */
export interface HubSettings {
  readonly hub: URL;
  /** Shown to the hub only; never told to anybody else, nor logged. */
  readonly token: string | undefined;
  readonly offline: boolean;
  /** The token comes from the environment, so that none is kept. */
  readonly fixedToken?: boolean;
}

const PUBLIC_HUB = 'https://huggingface.co';

const settingsSchema = z.object({ hub: z.string().optional(), token: z.string().optional() });

/**
 * What was asked for on the command line, else in the environment (IMPASTO_HUB, HF_TOKEN), else in the data folder's
 * `settings.json`. Throws ModelRefusal.
 */
export async function readHubSettings(options: {
  readonly dataFolder: string;
  readonly hub?: string | undefined;
  readonly offline?: boolean | undefined;
}): Promise<HubSettings> {
  const saved = await readSavedSettings(join(options.dataFolder, 'settings.json'));
  const { IMPASTO_HUB, HF_TOKEN } = process.env;
  const hub = hubAddress(options.hub ?? (IMPASTO_HUB || saved.hub) ?? PUBLIC_HUB);
  const token = checkToken(HF_TOKEN || saved.token);
  return { hub, token, offline: options.offline ?? false, fixedToken: Boolean(HF_TOKEN?.trim()) };
}

/** A token without the blanks around it; undefined for none. Throws ModelRefusal. */
export function checkToken(text: string | undefined): string | undefined {
  const token = text?.trim() || undefined;
  if (token === undefined || /^[\x21-\x7E]+$/.test(token)) return token;
  throw new ModelRefusal('bad-request', 'The access token has characters that no token has: copy it again.');
}

/** What the data folder's settings.json says. Throws ModelRefusal. */
export async function readSavedSettings(path: string): Promise<z.infer<typeof settingsSchema>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    // Not the parser's message: it may quote the token.
    throw new ModelRefusal('bad-request', `${path} must look like { "hub": "https://...", "token": "..." }.`);
  }
}

function hubAddress(text: string): URL {
  const wrong = new ModelRefusal(
    'bad-request',
    `The hub's address must begin with https:// (http:// only on this machine), found "${text.slice(0, 200)}".`,
  );
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong;
  }
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!secure || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw wrong;
  return url;
}
