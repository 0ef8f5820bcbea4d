import type { TrainingSettings } from './trainingSettings.ts';

/** Characters of a value, which may be a checksum. */
const LONGEST = 13;

/** How settings differ from those of a checkpoint, one clause each. The number of steps may differ. */
export function settingsDifferences(now: TrainingSettings, saved: unknown): string[] {
  const [is, was] = [leaves(now), leaves(saved)];
  const shown = (text = 'not set') => (text.length > LONGEST ? `${text.slice(0, LONGEST)}..."` : text);
  const names = new Set([...is.keys(), ...was.keys()]);
  names.delete('steps');
  return [...names]
    .filter((name) => is.get(name) !== was.get(name))
    .map((name) => `${name} is ${shown(is.get(name))}, was ${shown(was.get(name))}`);
}

/** Every number and text in it as JSON, by the dotted path that leads there. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const inner = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return new Map(inner.flatMap(([name, entry]) => [...leaves(entry, path ? `${path}.${name}` : name)]));
}
