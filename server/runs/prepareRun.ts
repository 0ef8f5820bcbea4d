import { randomInt } from 'node:crypto';
import { applyOverrides } from '../../workflows/schema/applyOverrides.ts';
import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import { type ParsedDocument, parseDocument } from '../../workflows/schema/parseDocument.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import { requiredNodes } from '../../workflows/schema/requiredNodes.ts';
import { rollSeeds } from '../../workflows/schema/rollSeeds.ts';
import { validateWorkflow } from '../../workflows/schema/validateWorkflow.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { Library } from './library.ts';

export interface RunRequest {
  /** A workflow as it came: text or JSON, not trusted. */
  readonly workflow: unknown;
  readonly overrides?: Readonly<Record<string, WorkflowNode['params'][string]>> | undefined;
}

/** The workflow as it will run, or everything that keeps it from running. */
export async function prepareRun(
  request: RunRequest,
  { library, files }: { readonly library: Library; readonly files: FileStore },
): Promise<ParsedDocument> {
  const parsed = parseDocument(request.workflow);
  if (!parsed.document) return parsed;
  const upgraded = library.upgrade(parsed.document);
  const { document, problems: overrides } = applyOverrides(upgraded, request.overrides ?? {}, library.nodes);
  const problems = [
    ...overrides,
    ...validateWorkflow(document, library.nodes),
    ...(await missingContent(document, library, files)),
  ];
  if (problems.length > 0) return { problems };
  const kept = new Set(Object.keys(request.overrides ?? {}));
  return { document: rollSeeds(document, { descriptions: library.nodes, kept, draw: newSeed }) };
}

/** Ten digits at most, as the editor's dice give: enough never to meet again, short enough to read out. */
function newSeed(): string {
  return String(randomInt(2 ** 32));
}

/** Pictures and models that the nodes of the run point to and that are not here. */
async function missingContent(
  document: WorkflowDocument,
  library: Library,
  files: FileStore,
): Promise<Problem[]> {
  const isOutput = (type: string) => library.nodes.get(type)?.isOutput ?? false;
  const required = requiredNodes(document, document.links, isOutput);
  const models = new Set((await library.models()).map((model) => model.name));
  const problems: Problem[] = [];
  for (const node of document.nodes) {
    const description = library.nodes.get(node.type);
    if (!description || !required.has(node.id)) continue;
    for (const { name: port, control, default: preset } of description.parameters) {
      const value = node.params[port] ?? preset;
      if (typeof value !== 'string' || value === '') continue;
      const at = { node: node.id, port };
      const who = `${description.title} (${node.id})`;
      if (control === 'image' && !(await pictureExists(value, library, files)))
        problems.push({
          code: 'missing-file',
          message: `${who}: its picture is not here; choose it again.`,
          ...at,
        });
      if (control === 'model' && !models.has(value))
        problems.push({
          code: 'missing-model',
          message: `${who}: ${await library.missingModel(value)}`,
          ...at,
        });
    }
  }
  return problems;
}

async function pictureExists(reference: string, library: Library, files: FileStore): Promise<boolean> {
  return library.samplePath(reference) !== undefined || (await files.find(reference)) !== undefined;
}
