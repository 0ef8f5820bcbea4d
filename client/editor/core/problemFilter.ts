import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { Problem } from '../../../workflows/schema/problem.ts';

/** Problems that the server found, with what they were about: they go when that is edited. */
export interface ServerProblems {
  readonly problems: readonly Problem[];
  readonly document: WorkflowDocument;
}

/** Local problems, then those of the server that are neither found locally nor edited away. */
export function mergeProblems(
  local: readonly Problem[],
  server: ServerProblems | undefined,
  document: WorkflowDocument,
): readonly Problem[] {
  if (!server) return local;
  const known = new Set(local.map(place));
  const lasting = server.problems.filter(
    (problem) => !known.has(place(problem)) && untouched(problem, server.document, document),
  );
  return [...local, ...lasting];
}

function place(problem: Problem): string {
  return `${problem.code} ${problem.node ?? ''} ${problem.port ?? ''}`;
}

/** Moving a node does not mend it; new values or links may. */
function untouched(problem: Problem, then: WorkflowDocument, now: WorkflowDocument): boolean {
  if (problem.node === undefined) return then.nodes === now.nodes && then.links === now.links;
  const find = (document: WorkflowDocument): unknown =>
    document.nodes.find((node) => node.id === problem.node)?.params;
  const inputs = (document: WorkflowDocument): string =>
    JSON.stringify(document.links.filter((link) => link.to.node === problem.node));
  return find(then) !== undefined && find(then) === find(now) && inputs(then) === inputs(now);
}
