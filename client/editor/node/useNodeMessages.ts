import { computed, type ComputedRef } from 'vue';
import { remarksOf } from '../../../server/protocol/remarksOf.ts';
import type { NodeRunView } from '../../connection/runView.ts';
import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import type { Problem } from '../../../workflows/schema/problem.ts';
import type { CatalogueEntry } from '../core/nodeCatalogue.ts';
import { editorTexts } from '../editorTexts.ts';
import type { ShownPorts } from './nodePorts.ts';

export interface NodeMessagesOptions {
  readonly node: () => WorkflowNode;
  /** Undefined for a type that nobody knows. */
  readonly entry: () => CatalogueEntry | undefined;
  readonly ports: () => ShownPorts;
  /** Of this node. */
  readonly problems: () => readonly Problem[];
  readonly run: () => NodeRunView | undefined;
}

export interface NodeMessages {
  /** Under the header: what failed in the run, and problems that belong to none of its inputs and parameters. */
  readonly messages: ComputedRef<readonly string[]>;
  /** What the run has to say about the node's own values: never an error, but not what was asked for either. */
  readonly remarks: ComputedRef<readonly string[]>;
  /** A folded node hides its ports' problems, but not that it has some. */
  readonly wrong: ComputedRef<boolean>;
}

/** What a node says of itself. */
export function useNodeMessages({ node, entry, ports, problems, run }: NodeMessagesOptions): NodeMessages {
  const messages = computed(() => {
    const parameters = entry()?.description.parameters ?? [];
    const names = new Set([...ports().inputs, ...parameters].map(({ name }) => name));
    const general = problems().filter(({ port }) => !port || !names.has(port));
    const failed = run()?.state === 'failed' ? [run()?.error?.message ?? editorTexts.failed] : [];
    const unknown = entry() ? [] : [editorTexts.unknownTypeHint(node().type)];
    const found = general.filter(({ code }) => code !== 'unknown-node-type');
    return [...new Set([...failed, ...unknown, ...found.map(({ message }) => message)])];
  });
  const remarks = computed(() => remarksOf(run() ?? {}));
  const wrong = computed(
    () => messages.value.length > 0 || (node().collapsed === true && problems().length > 0),
  );
  return { messages, remarks, wrong };
}
