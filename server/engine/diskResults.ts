import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from './execution.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import { valueBytes } from './valueBytes.ts';

/** What the node noted when it ran, beside its outputs. */
const NOTES = 'notes.json';

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
    const notes = JSON.parse(await readFile(join(folder, NOTES), 'utf8')) as NodeResult['notes'];
    const outputs = await diskCache.read(folder, services);
    const bytes = Object.entries(definition.outputs).reduce(
      (sum, [name, port]) => sum + valueBytes(port.type, outputs[name]),
      1,
    );
    return { outputs, shown: [], notes, bytes };
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
    await writeFile(join(folder, NOTES), JSON.stringify(result.notes));
  });
}
