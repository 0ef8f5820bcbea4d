import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { serialiseDocument } from '../../workflows/schema/serialiseDocument.ts';

export interface RunFacts {
  readonly models: readonly { readonly name: string; readonly title: string; readonly hash: string }[];
  readonly versions: Readonly<Record<string, string>>;
  readonly device: string;
  readonly precision: string;
}

/**
 * The text chunks of a saved PNG: `impasto-workflow` is the workflow file as it ran, `impasto-run` what else decides the
 * result. No times and no run id: the same run gives the same file.
 */
export function pngTexts(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
  facts: RunFacts,
): Record<string, string> {
  return {
    'impasto-workflow': serialiseDocument(document),
    'impasto-run': JSON.stringify({ seeds: seedsOf(document, descriptions), ...facts }),
  };
}

/** Every seed in the workflow by `node.param`, defaults included. */
function seedsOf(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
): Record<string, unknown> {
  const wired = new Set(document.links.map(({ to }) => `${to.node}.${to.port}`));
  const seeds = document.nodes.flatMap(({ id, type, params }) => {
    const parameters = descriptions.get(type)?.parameters ?? [];
    return parameters
      .filter(({ control, name }) => control === 'seed' && !wired.has(`${id}.${name}`))
      .map(({ name, default: preset }) => [`${id}.${name}`, params[name] ?? preset] as const);
  });
  return Object.fromEntries(seeds);
}
