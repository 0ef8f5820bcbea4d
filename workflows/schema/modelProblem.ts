import { adapterMisfit } from './adapterFit.ts';
import { type ModelReference, referenceOf } from './modelReference.ts';
import type { WorkflowDocument } from './document.ts';
import type { ModelUse } from './modelUses.ts';
import type { Problem } from './problem.ts';
import { type PresentModel, resolveModel } from './resolveModel.ts';
import { roleWords } from './roleWords.ts';

export interface ModelProblemWords {
  /** How to get a model that is not here: what follows it in a sentence of its own. */
  readonly get: (reference: ModelReference | undefined) => string;
  /** What to do about one that has the name, but another content. */
  readonly settle: string;
}

/**
 * What keeps a node from using the model that it names: it is not here, it is another one than the workflow was made
 * with, it cannot be read, or it is of the wrong kind. Undefined when nothing does, or when nobody knows yet. The sentence does not name the
 * node.
 */
export function modelProblem(
  { node, parameter, name, need }: ModelUse,
  {
    document,
    models,
    words,
  }: {
    readonly document: WorkflowDocument;
    readonly models: readonly PresentModel[];
    readonly words: ModelProblemWords;
  },
): Problem | undefined {
  const reference = referenceOf(document, name);
  const resolution = resolveModel(name, reference, models);
  const at = { node, port: parameter.name };
  const undecidedHere = resolution.kind === 'undecided' && resolution.names.includes(name);
  if (resolution.kind === 'missing' || (resolution.kind === 'undecided' && !undecidedHere)) {
    const gone = models.some((model) => model.name === name && model.missing);
    const where = gone ? 'is linked to a file that is gone' : 'is not here';
    const message = `The model "${name}"${facts(reference)} ${where}. ${words.get(reference)}`;
    return { code: 'missing-model', message, ...at };
  }
  if (resolution.kind === 'other') {
    const message = `The model "${name}" is another file here (SHA-256 ${short(resolution.hash)}) than the one that the workflow was made with (${short(reference!.hash!)}). ${words.settle}`;
    return { code: 'other-model', message, ...at };
  }
  const used = resolution.kind === 'undecided' ? name : resolution.name;
  const present = models.find((model) => model.name === used)!;
  const { role, architecture, parts, problem } = present;
  if (problem !== undefined) {
    const message = `The model "${used}" cannot be used. ${problem}`;
    return { code: 'broken-model', message, ...at };
  }
  const { roles } = need;
  if (role !== undefined && roles && !roles.includes(role)) {
    const what = roleWords([role]);
    const which = architecture === undefined || architecture === what ? '' : ` (${architecture})`;
    const message = `The model "${used}" is ${what}${which}; expected ${roleWords(roles)}.`;
    return { code: 'unfit-model', message, ...at };
  }
  const lacking = parts && need.parts.find((part) => !parts.includes(part));
  if (lacking !== undefined) {
    const message = `The model "${used}" has no ${lacking}, which other nodes take from it: choose a model that has one.`;
    return { code: 'unfit-model', message, ...at };
  }
  const misfit = adapterMisfit(present, need.adapters, models);
  if (!misfit) return undefined;
  const message = `The model "${used}" has ${present.levels!.join(', ')} channels at its levels, and ${misfit.adapter} is made for ${misfit.expected.join(', ')}: they do not belong together. PHDiffusion's published adapters need Stable Diffusion 1.4.`;
  return { code: 'unfit-model', message, ...at };
}

/** `, Stable Diffusion v1.4, SHA-256 fe4efff1e174,`: no brackets, which titles have. */
function facts({ title, hash }: ModelReference = {}): string {
  const known = [...(title ? [title] : []), ...(hash ? [`SHA-256 ${short(hash)}`] : [])];
  return known.length > 0 ? `, ${known.join(', ')},` : '';
}

const short = (hash: string): string => hash.slice(0, 12) || 'unreadable';
