import type { TrainingSettings } from './trainingSettings.ts';

/** Characters of a value that says something to a person: a checksum has more. */
const LONGEST = 20;

/** How settings differ from those of a checkpoint, one clause each, in words. The number of steps may differ. */
export function settingsDifferences(now: TrainingSettings, saved: unknown): string[] {
  const [is, was] = [leaves(now), leaves(saved)];
  const names = new Set([...is.keys(), ...was.keys()]);
  names.delete('steps');
  return [...names]
    .filter((name) => is.get(name) !== was.get(name))
    .map((name) => clause(name, is.get(name), was.get(name)));
}

function clause(name: string, is = 'not set', was = 'not set'): string {
  const words = wordsOf(name);
  return Math.max(is.length, was.length) > LONGEST ? `${words} is another` : `${words} is ${is}, was ${was}`;
}

/** `schedule.learningRate` is the schedule learning rate, `schedule.kind` the schedule, `task.crop` the crop. */
function wordsOf(name: string): string {
  return name
    .replace(/^task\.(?!kind$)/, '')
    .replace(/\.kind$/, '')
    .replaceAll('.', ' ')
    .replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Every number and text in it as JSON, by the dotted path that leads there. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const inner = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return new Map(inner.flatMap(([name, entry]) => [...leaves(entry, path ? `${path}.${name}` : name)]));
}
