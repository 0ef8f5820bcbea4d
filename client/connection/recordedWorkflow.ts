import type { WorkflowDocument, WorkflowLink, WorkflowNode } from '../../workflows/schema/document.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';

/** `edited`: it is the node that ran, but its values or what it is connected to are others by now. */
export type NodeFit = 'same' | 'edited';

/** The workflow that a run was started with, to tell which nodes of an open workflow it has to do with. */
export class RecordedWorkflow {
  /** Undefined when the record holds none that can be read. */
  readonly document: WorkflowDocument | undefined;
  private readonly nodes: ReadonlyMap<string, WorkflowNode>;
  private readonly inputs: Inputs;
  /** Nodes are immutable, and most stay the same objects from edit to edit. */
  private readonly compared = new WeakMap<WorkflowNode, boolean>();

  constructor(workflow: unknown) {
    this.document = parseDocument(workflow).document;
    this.nodes = new Map(this.document?.nodes.map((node) => [node.id, node]));
    this.inputs = inputsOf(this.document?.links ?? []);
  }

  /** The nodes of an open workflow that ran, by id. */
  compare({ nodes, links }: WorkflowDocument): ReadonlyMap<string, NodeFit> {
    const inputs = inputsOf(links);
    const fits = new Map<string, NodeFit>();
    for (const node of nodes) {
      if (this.nodes.get(node.id)?.type !== node.type) continue;
      const same = this.sameValues(node) && inputs.get(node.id) === this.inputs.get(node.id);
      fits.set(node.id, same ? 'same' : 'edited');
    }
    return fits;
  }

  /** Whether a run of that workflow would be the same; where its nodes lie does not matter. */
  isSame(document: WorkflowDocument): boolean {
    const fits = [...this.compare(document).values()];
    const count = document.nodes.length;
    return count === this.nodes.size && fits.length === count && fits.every((fit) => fit === 'same');
  }

  private sameValues(node: WorkflowNode): boolean {
    let same = this.compared.get(node);
    if (same === undefined) {
      const ran = this.nodes.get(node.id)!;
      // Before it ran the server brought an older node up to date: its values have other names or meanings now.
      same = ran.version !== node.version || sameJson(ran.params, node.params);
      this.compared.set(node, same);
    }
    return same;
  }
}

type Inputs = ReadonlyMap<string, string>;
/** While nodes are dragged or values typed, the links stay the same list. */
const inputsOfLinks = new WeakMap<readonly WorkflowLink[], Inputs>();

/** What each node is connected to, in a form that can be compared. */
function inputsOf(links: readonly WorkflowLink[]): Inputs {
  const known = inputsOfLinks.get(links);
  if (known) return known;
  const inputs = new Map<string, string[]>();
  for (const { from, to } of links) {
    const into = inputs.get(to.node) ?? [];
    into.push(`${to.port} < ${from.node}.${from.port}`);
    inputs.set(to.node, into);
  }
  const texts: Inputs = new Map([...inputs].map(([node, into]) => [node, into.sort().join('\n')]));
  inputsOfLinks.set(links, texts);
  return texts;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every(([key, value]) => Object.hasOwn(b, key) && sameJson(value, Reflect.get(b, key)))
  );
}
