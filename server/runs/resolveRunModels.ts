import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { fillModelTable } from '../../workflows/schema/fillModelTable.ts';
import { type ModelProblemWords, modelProblem } from '../../workflows/schema/modelProblem.ts';
import { type ModelReference, referenceOf } from '../../workflows/schema/modelReference.ts';
import { type ModelUse, modelUses } from '../../workflows/schema/modelUses.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import { type PresentModel, resolveModel } from '../../workflows/schema/resolveModel.ts';
import { isByHand, publishedModels } from '../models/publishedModels.ts';
import type { Library } from './library.ts';

export interface RunModelsOptions {
  readonly library: Library;
  /** Nodes that take part. */
  readonly required: ReadonlySet<string>;
  /** Takes a model by its name, whatever its content. */
  readonly allowOtherModels: boolean;
}

export interface RunModels {
  /** Its nodes name the models that will really run, and its table says what they are. */
  readonly document: WorkflowDocument;
  readonly problems: readonly Problem[];
  /** What was done that nobody asked for, a sentence each. */
  readonly notes: readonly string[];
}

/** Finds the models that a run needs, by name and content. */
export async function resolveRunModels(
  asked: WorkflowDocument,
  { library, required, allowOtherModels }: RunModelsOptions,
): Promise<RunModels> {
  const document = allowOtherModels ? withoutHashes(asked) : asked;
  const uses = modelUses(document, library.nodes).filter(({ node }) => required.has(node));
  const models = await decided(document, uses, library);
  const problems: Problem[] = [];
  const names = new Map<string, string>();
  for (const use of uses) {
    const problem = modelProblem(use, { document, models, words: wordsFor(use) });
    if (problem) problems.push(await explained(problem, use, { document, library }));
    const resolution = resolveModel(use.name, referenceOf(document, use.name), models);
    if (resolution.kind === 'elsewhere') names.set(use.name, resolution.name);
  }
  const notes = [...names].map(
    ([wanted, found]) => `The model "${wanted}" is called "${found}" here; that one was used.`,
  );
  const renamed = rename(document, uses, names);
  return { document: fillModelTable(renamed, library.nodes, models), problems, notes };
}

/** The models that are here, with the hashes that it takes to choose among them. */
async function decided(
  document: WorkflowDocument,
  uses: readonly ModelUse[],
  library: Library,
): Promise<readonly PresentModel[]> {
  const models = new Map<string, PresentModel>((await library.models()).map((model) => [model.name, model]));
  for (const { name } of uses) {
    const reference = referenceOf(document, name);
    const resolve = () => resolveModel(name, reference, [...models.values()]);
    for (let found = resolve(); found.kind === 'undecided'; found = resolve()) {
      for (const open of found.names) {
        // What cannot be read is taken by its name: opening it says why.
        const hash = (await library.hashOf(open)) ?? (open === name ? reference?.hash : undefined) ?? '';
        models.set(open, { ...models.get(open)!, hash });
      }
    }
  }
  return [...models.values()];
}

/** For those who write ids and commands. */
function wordsFor({ node, parameter }: ModelUse): ModelProblemWords {
  const option = `--set ${node}.${parameter.name}=NAME`;
  return {
    get: (reference) => `${howToGet(reference)}, or choose another one with ${option}.`,
    settle: `Choose one with ${option}, or take it as it is with --allow-other-models.`,
  };
}

function howToGet(reference: ModelReference | undefined): string {
  const ids = reference?.catalogue ?? [];
  const byHand = ids.flatMap((id) => publishedModels.filter((entry) => entry.id === id && isByHand(entry)));
  const id = ids.find((known) => byHand.every((entry) => entry.id !== known));
  if (id !== undefined) return `Get it with "npm run impasto -- models pull ${id}"`;
  const add = 'dd it with "npm run impasto -- models add PATH"';
  return byHand[0] ? `Download it by hand from ${byHand[0].homepage} and a${add}` : `A${add}`;
}

/** With the node; of a model that only has a name, what is in the folder says more. */
async function explained(
  problem: Problem,
  { node, name }: ModelUse,
  { document, library }: { readonly document: WorkflowDocument; readonly library: Library },
): Promise<Problem> {
  const type = document.nodes.find(({ id }) => id === node)?.type ?? '';
  const who = `${library.nodes.get(type)?.title ?? type} (${node})`;
  const onlyNamed = problem.code === 'missing-model' && !referenceOf(document, name);
  const sentence = onlyNamed ? await library.missingModel(name) : problem.message.replace(/^The/, 'the');
  return { ...problem, message: `${who}: ${sentence}` };
}

function withoutHashes(document: WorkflowDocument): WorkflowDocument {
  if (!document.models) return document;
  const entries = Object.entries(document.models).map(
    ([name, { hash: _hash, ...rest }]) => [name, rest] as const,
  );
  return { ...document, models: Object.fromEntries(entries) };
}

function rename(
  document: WorkflowDocument,
  uses: readonly ModelUse[],
  names: ReadonlyMap<string, string>,
): WorkflowDocument {
  if (names.size === 0) return document;
  const nodes = document.nodes.map((node) => {
    const changed = uses.flatMap((use) => {
      const name = use.node === node.id ? names.get(use.name) : undefined;
      return name === undefined ? [] : [[use.parameter.name, name] as const];
    });
    return changed.length > 0
      ? { ...node, params: { ...node.params, ...Object.fromEntries(changed) } }
      : node;
  });
  return { ...document, nodes };
}
