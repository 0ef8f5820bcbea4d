import { otherMasks } from './otherMasks.ts';
import { recommended, type HarmonyCase } from './harmonyCase.ts';

/** Compares losses by name; `where` names another mask than the case's own. */
export function compareLosses(
  { golden, report }: HarmonyCase,
  where: string,
  found: Readonly<Record<string, number>>,
): void {
  const expected =
    where === '' ? golden.object('losses') : otherMasks(golden).find(({ mask }) => mask === where)!;
  const relative = recommended(golden, /^loss/) ?? 1e-4;
  for (const [name, value] of Object.entries(found)) {
    const wanted = (expected as Readonly<Record<string, unknown>>)[name];
    if (typeof wanted !== 'number') continue;
    const label = where === '' ? `loss ${name}` : `loss ${name}, mask ${where}`;
    report.values(label, [value], [wanted], relative * Math.abs(wanted));
  }
}
