import { nodeTitle } from '../editor/core/nodeTitle.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import type { Problem } from '../../workflows/schema/problem.ts';

/** Where a problem is, as people call it: `Load Image, Picture`. */
export function placeOf(problem: Problem, session: EditorSession): string {
  const node = session.document.nodes.find((candidate) => candidate.id === problem.node);
  const description = node && session.descriptions.get(node.type);
  const title = problem.node === undefined ? '' : nodeTitle(session, problem.node);
  if (problem.port === undefined || !description) return title;
  const places = [...description.inputs, ...description.outputs, ...description.parameters];
  const place = places.find((candidate) => candidate.name === problem.port);
  return `${title}, ${place?.title ?? problem.port}`;
}
