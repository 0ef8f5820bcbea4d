import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from './execution.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import { valueBytes } from './valueBytes.ts';

/** What the node noted when it ran and which run that was, beside its outputs. */
const ABOUT = 'about.json';

type About = Pick<NodeResult, 'notes' | 'madeBy'>;
type Place = Pick<Execution, 'disk' | 'services'>;

/** The result of an earlier run, perhaps of an earlier process; undefined when there is none. */
export async function readDiskResult(
  { definition }: PlannedNode,
  key: string,
  { disk, services }: Place,
): Promise<NodeResult | undefined> {
  const { diskCache } = definition;
  if (!diskCache) return undefined;
  return disk?.read(key, async (folder) => {
    const about = JSON.parse(await readFile(join(folder, ABOUT), 'utf8')) as About;
    const outputs = await diskCache.read(folder, services);
    const bytes = Object.entries(definition.outputs).reduce(
      (sum, [name, port]) => sum + valueBytes(port.type, outputs[name]),
      1,
    );
    return { outputs, shown: [], bytes, ...about };
  });
}

/** Keeps a result for later runs, if this node type wants that. Never rejects. */
export async function writeDiskResult(
  { definition: { diskCache } }: PlannedNode,
  key: string,
  { result, disk }: { readonly result: NodeResult } & Pick<Execution, 'disk'>,
): Promise<void> {
  if (!diskCache) return;
  await disk?.write(key, async (folder) => {
    await diskCache.write(result.outputs as never, folder);
    const about: About = { notes: result.notes, madeBy: result.madeBy };
    await writeFile(join(folder, ABOUT), JSON.stringify(about));
  });
}
