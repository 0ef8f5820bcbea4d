/**
 * Files hold one set of tensors (`x`, `t`, `eps`) or several with prefixes (`a.x`, `a.t`, ...). Finds the prefixes under
 * which all of `roots` occur ('' or ending in a dot), longest first, each with the names that belong to it.
 */
export function tensorGroups(
  names: readonly string[],
  ...roots: string[]
): { prefix: string; names: string[] }[] {
  const [first = ''] = roots;
  const prefixes = names
    .filter((name) => name === first || name.endsWith(`.${first}`))
    .map((name) => name.slice(0, -first.length))
    .filter((prefix) => roots.every((root) => names.includes(prefix + root)))
    .sort((a, b) => b.length - a.length);
  const left = new Set(names);
  return prefixes.map((prefix) => {
    const own = [...left].filter((name) => name.startsWith(prefix));
    for (const name of own) left.delete(name);
    return { prefix, names: own };
  });
}
