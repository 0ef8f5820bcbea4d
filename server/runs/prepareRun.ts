import { randomInt } from 'node:crypto';
import { applyOverrides } from '../../workflows/schema/applyOverrides.ts';
import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import { requiredNodes, wantedNodes } from '../../workflows/schema/requiredNodes.ts';
import { rollSeeds } from '../../workflows/schema/rollSeeds.ts';
import { validateWorkflow } from '../../workflows/schema/validateWorkflow.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { Library } from './library.ts';
import { refusedParameters } from './refusedParameters.ts';
import { resolveRunModels } from './resolveRunModels.ts';

export interface RunRequest {
  /** A workflow as it came: text or JSON, not trusted. */
  readonly workflow: unknown;
  readonly overrides?: Readonly<Record<string, WorkflowNode['params'][string]>> | undefined;
  /** Ids of the nodes that the run is for; without them, all outputs. */
  readonly targets?: readonly string[] | undefined;
  /** Takes models by their names, also when their content is not what the workflow was made with. */
  readonly allowOtherModels?: boolean | undefined;
}

export type PreparedRun =
  | { readonly document: WorkflowDocument; readonly notes: readonly string[]; readonly problems?: undefined }
  | { readonly document?: undefined; readonly notes?: undefined; readonly problems: readonly Problem[] };

/** The workflow as it will run, or everything that keeps it from running. */
export async function prepareRun(
  request: RunRequest,
  { library, files }: { readonly library: Library; readonly files: FileStore },
): Promise<PreparedRun> {
  const parsed = parseDocument(request.workflow);
  if (!parsed.document) return parsed;
  const { overrides = {}, targets, allowOtherModels = false } = request;
  const upgraded = library.upgrade(parsed.document);
  const applied = applyOverrides(upgraded, overrides, library.nodes);
  const isWanted = wantedNodes(targets, (type) => library.nodes.get(type)?.isOutput ?? false);
  const required = requiredNodes(applied.document, applied.document.links, isWanted);
  const chosen = forgetModels(applied.document, Object.values(overrides));
  const models = await resolveRunModels(chosen, { library, required, allowOtherModels });
  const problems = [
    ...applied.problems,
    ...validateWorkflow(applied.document, library.nodes, { targets }),
    ...(await refusedParameters(models.document, required, library)),
    ...(await missingPictures(applied.document, required, { library, files })),
    ...models.problems,
  ];
  if (problems.length > 0) return { problems };
  const kept = new Set(Object.keys(overrides));
  const document = rollSeeds(models.document, { descriptions: library.nodes, kept, draw: newSeed });
  return { document, notes: models.notes };
}

/** A model that is named by an override is the one of that name here, whatever the workflow says of it. */
function forgetModels(document: WorkflowDocument, values: readonly unknown[]): WorkflowDocument {
  const entries = Object.entries(document.models ?? {}).filter(([name]) => !values.includes(name));
  return document.models ? { ...document, models: Object.fromEntries(entries) } : document;
}

/** Ten digits at most, as the editor's dice give: enough never to meet again, short enough to read out. */
function newSeed(): string {
  return String(randomInt(2 ** 32));
}

/** Pictures that the nodes of the run point to and that are not here. */
async function missingPictures(
  document: WorkflowDocument,
  required: ReadonlySet<string>,
  { library, files }: { readonly library: Library; readonly files: FileStore },
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const node of document.nodes.filter(({ id }) => required.has(id))) {
    const description = library.nodes.get(node.type);
    const pictures = description?.parameters.filter(({ control }) => control === 'image') ?? [];
    for (const { name: port, default: preset } of pictures) {
      const value = node.params[port] ?? preset;
      if (typeof value !== 'string' || value === '' || (await pictureExists(value, library, files))) continue;
      const message = `${description!.title} (${node.id}): its picture is not here; choose it again.`;
      problems.push({ code: 'missing-file', message, node: node.id, port });
    }
  }
  return problems;
}

async function pictureExists(reference: string, library: Library, files: FileStore): Promise<boolean> {
  return library.samplePath(reference) !== undefined || (await files.find(reference)) !== undefined;
}
