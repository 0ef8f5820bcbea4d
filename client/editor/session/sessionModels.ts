import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { fillModelTable } from '../../../workflows/schema/fillModelTable.ts';
import { referenceOf } from '../../../workflows/schema/modelReference.ts';
import { modelUses } from '../../../workflows/schema/modelUses.ts';
import { resolveModel } from '../../../workflows/schema/resolveModel.ts';
import type { EditCommand } from '../core/editCommand.ts';
import type { EditorHooks } from '../editorHooks.ts';
import type { EditorState } from './editorState.ts';

export interface ModelPlace {
  readonly node: string;
  readonly parameter: string;
}

export interface SessionModels {
  /** The workflow, or another state of it, as it is saved, run and shared: with what identifies the models that it names. */
  exported(document?: WorkflowDocument): WorkflowDocument;
  /** Names a model in some places, whatever the workflow says of that name: the one that is here. One undo step. */
  useModel(places: readonly ModelPlace[], name: string): void;
  /** Names models as they are called here, where the same one has another name. Answers `[asked, here]` of each. */
  adoptModels(): readonly (readonly [string, string])[];
}

/** Which models the workflow works with. */
export function createModels(state: EditorState, hooks: Pick<EditorHooks, 'models'>): SessionModels {
  const setAll = (places: readonly ModelPlace[], name: string): EditCommand[] => [
    ...places.map(({ node, parameter }): EditCommand => {
      return { kind: 'setParam', node, name: parameter, value: name };
    }),
    { kind: 'forgetModel', name },
  ];
  return {
    exported: (document = state.document.value) =>
      fillModelTable(document, state.descriptions.value, hooks.models()),
    useModel(places, name) {
      state.store.execute({ kind: 'batch', commands: setAll(places, name) });
    },
    adoptModels() {
      const { document } = state.store;
      const uses = modelUses(document, state.descriptions.value);
      const adopted = new Map<string, string>();
      const commands = uses.flatMap(({ node, parameter, name }) => {
        const found = resolveModel(name, referenceOf(document, name), hooks.models());
        if (found.kind !== 'elsewhere') return [];
        adopted.set(name, found.name);
        return setAll([{ node, parameter: parameter.name }], found.name);
      });
      if (commands.length > 0) state.store.execute({ kind: 'batch', commands });
      return [...adopted];
    },
  };
}
