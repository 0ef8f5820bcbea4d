import { printable } from './printable.ts';

/** What a file or folder is called while it is being downloaded. */
export const PART = '.part';

/** Names that Windows keeps for devices, whatever the extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const LONGEST = 200;

/** Whether the parts of a model's name are those of a path that stays where it begins. */
export function isPlainPath(name: string): boolean {
  return name.split('/').every((part) => isPlain(part));
}

function isPlain(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part);
}

/** Why a new file, folder or link in the models folder cannot be called that, as the end of a sentence. */
export function nameProblem(name: string): string | undefined {
  const short = printable(name.slice(0, 100));
  if (new TextEncoder().encode(name).length > LONGEST) return `the name "${short}..." is too long`;
  if (!isPlain(name) || name.includes('/'))
    return `"${short}" is no name: it must not be empty, nor have / \\ or : in it`;
  if (name.startsWith('.')) return `"${short}" would be hidden: a name must not begin with a dot`;
  if (name.endsWith(PART)) return `"${short}" would look like an unfinished download`;
  // JavaScript's objects do not hold that one.
  if (
    name === '__proto__' ||
    /[<>"|?*\p{Cc}]/u.test(name) ||
    /[ .]$/.test(name) ||
    DEVICE.test(name.split('.')[0]!.trim())
  )
    return `"${short}" is a name that some systems cannot hold`;
  return name === 'builtin' ? '"builtin" is the name of the built-in model' : undefined;
}

/** The same for names that are one where capitals do not count, as on Windows and macOS. */
export const nameKey = (name: string): string => name.normalize().toLowerCase();

export const isSameName = (a: string, b: string): boolean => nameKey(a) === nameKey(b);
