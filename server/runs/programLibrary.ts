import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { nodeRegistry } from '../../nodes/index.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { migrateNodes } from '../../workflows/schema/migrate.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import { contentPath } from '../engine/contentFiles.ts';
import { describeNodes } from '../engine/describeNode.ts';
import { type Sample, sampleSchema } from '../protocol/api.ts';
import { inspectUpload } from './inspectUpload.ts';
import type { ModelLibrary } from '../models/modelLibrary.ts';
import type { Library } from './library.ts';
import { refusalOf } from './refusalOf.ts';

export interface LibraryParts {
  /** The project's folder. */
  readonly root: string;
  readonly dataFolder: string;
  readonly builtinFolder: string;
  readonly models: ModelLibrary;
}

/** Everything that comes with this Impasto: its node types, templates, samples and models. */
export async function programLibrary(parts: LibraryParts): Promise<Library> {
  const { root, dataFolder, builtinFolder, models } = parts;
  const nodes = describeNodes(nodeRegistry);
  const upgrade = (document: WorkflowDocument) => migrateNodes(document, nodeRegistry);
  const samplesFolder = join(builtinFolder, 'samples');
  const folders = { files: join(dataFolder, 'files'), samples: samplesFolder };
  return {
    nodes,
    upgrade,
    refusal: (node, model) => refusalOf(nodeRegistry.get(node.type), node, model),
    templates: await readTemplates(join(root, 'workflows', 'templates'), upgrade),
    samples: await readSamples(samplesFolder),
    samplePath: (reference) => {
      const path = reference.startsWith('sample:') ? contentPath(reference, folders) : undefined;
      return path !== undefined && existsSync(path) ? path : undefined;
    },
    models: () => models.list(),
    hashOf: (name) => models.hash(name).catch(() => undefined),
    missingModel: (name) => models.explainMissing(name),
    inspectPicture: inspectUpload,
  };
}

async function readTemplates(
  folder: string,
  upgrade: Library['upgrade'],
): Promise<Map<string, WorkflowDocument>> {
  const files = (await readdir(folder).catch(ifAbsent<string[]>([]))).filter((name) =>
    name.endsWith('.json'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const templates = new Map<string, WorkflowDocument>();
  files.forEach((file, at) => {
    const { document } = parseDocument(texts[at]);
    if (document) templates.set(file.slice(0, -'.json'.length), upgrade(document));
  });
  return templates;
}

/** An entry of `samples.json`, which says which pictures there are and what they show. */
const sampleEntrySchema = sampleSchema.omit({ reference: true }).extend({ file: z.string() });

async function readSamples(folder: string): Promise<Sample[]> {
  const text = await readFile(join(folder, 'samples.json'), 'utf8').catch(ifAbsent('[]'));
  const entries = sampleEntrySchema.array().parse(JSON.parse(text));
  return entries.map(({ file, title, role }) => ({ reference: `sample:${file}`, title, role }));
}
