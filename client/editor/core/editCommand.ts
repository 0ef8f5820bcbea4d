import type {
  WorkflowDocument,
  WorkflowGroup,
  WorkflowLink,
  WorkflowNode,
  WorkflowNote,
} from '../../../workflows/schema/document.ts';
import type { ModelTable } from '../../../workflows/schema/modelReference.ts';
import type { ItemIds, ItemKind } from './itemIds.ts';

export type ParamValue = WorkflowNode['params'][string];
export type LinkEnd = WorkflowLink['from'];

/** Part of a workflow: what is inserted, copied and pasted at once. */
export interface Fragment {
  readonly nodes: readonly WorkflowNode[];
  readonly links: readonly WorkflowLink[];
  readonly groups: readonly WorkflowGroup[];
  readonly notes: readonly WorkflowNote[];
  /** What identifies the models that the nodes name. */
  readonly models?: ModelTable | undefined;
}

export interface ItemMove {
  readonly kind: ItemKind;
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/**
 * Everything that changes a workflow, as plain data. A command that names something that is not there changes
 * nothing. `connect` replaces the link that the input had; `remove` also takes the links of removed nodes.
 */
export type EditCommand =
  | { readonly kind: 'insert'; readonly fragment: Fragment }
  | { readonly kind: 'remove'; readonly items: ItemIds }
  | { readonly kind: 'move'; readonly moves: readonly ItemMove[] }
  | {
      readonly kind: 'resize';
      readonly item: ItemKind;
      readonly id: string;
      readonly width: number;
      /** Ignored for nodes, whose height follows their content. */
      readonly height?: number;
    }
  | {
      readonly kind: 'setTitle';
      readonly item: 'node' | 'group';
      readonly id: string;
      readonly title: string;
    }
  | { readonly kind: 'setCollapsed'; readonly node: string; readonly collapsed: boolean }
  | { readonly kind: 'setParam'; readonly node: string; readonly name: string; readonly value: ParamValue }
  /** Whatever the workflow says of a model of that name: from now on the one that is here is meant. */
  | { readonly kind: 'forgetModel'; readonly name: string }
  | { readonly kind: 'connect'; readonly from: LinkEnd; readonly to: LinkEnd }
  | { readonly kind: 'disconnect'; readonly links: readonly string[] }
  | { readonly kind: 'setNoteText'; readonly note: string; readonly text: string }
  | { readonly kind: 'setGroupColour'; readonly group: string; readonly colour: string | undefined }
  | { readonly kind: 'setInfo'; readonly title?: string; readonly description?: string }
  /** Puts another workflow in this one's place; unlike opening it, this can be undone. */
  | { readonly kind: 'replace'; readonly document: WorkflowDocument }
  | { readonly kind: 'batch'; readonly commands: readonly EditCommand[] };
