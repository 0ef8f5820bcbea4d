import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { Problem } from '../../../workflows/schema/problem.ts';
import { namesByTitle } from '../../../workflows/schema/problemNames.ts';
import { validateWorkflow } from '../../../workflows/schema/validateWorkflow.ts';
import { mergeProblems, type ServerProblems } from '../core/problemFilter.ts';
import type { EditorHooks } from '../editorHooks.ts';
import type { EditorState } from './editorState.ts';
import { modelProblems } from './modelProblems.ts';

/** Long enough that dragging and typing stay smooth, short enough to feel immediate. */
const DELAY_MS = 120;

export interface SessionProblems {
  readonly all: ComputedRef<readonly Problem[]>;
  readonly byNode: ComputedRef<ReadonlyMap<string, readonly Problem[]>>;
  setServerProblems(problems: readonly Problem[]): void;
  dispose(): void;
}

/** Keeps the list of what is wrong with the workflow up to date while it is edited. */
export function watchProblems(state: EditorState, hooks: Pick<EditorHooks, 'models'>): SessionProblems {
  const local = shallowRef<readonly Problem[]>([]);
  const server = shallowRef<ServerProblems>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const validate = (): void => {
    timer = undefined;
    const { document, descriptions } = state;
    const names = namesByTitle(document.value, descriptions.value);
    local.value = [
      ...validateWorkflow(document.value, descriptions.value, { names }),
      ...modelProblems(document.value, {
        descriptions: descriptions.value,
        models: hooks.models(),
      }),
    ];
  };
  const stop = watch(
    [state.document, state.descriptions, () => hooks.models()],
    ([, , models], [, , before]) => {
      if (models !== before) server.value = withoutModels(server.value);
      timer ??= setTimeout(validate, DELAY_MS);
    },
    { immediate: true, flush: 'sync' },
  );
  const all = computed(() => mergeProblems(local.value, server.value, state.document.value));
  return {
    all,
    byNode: computed(() => groupByNode(all.value)),
    setServerProblems(problems) {
      server.value = { problems, document: state.document.value };
    },
    dispose() {
      stop();
      clearTimeout(timer);
    },
  };
}

function groupByNode(problems: readonly Problem[]): Map<string, Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.node === undefined) continue;
    const group = groups.get(problem.node);
    if (group) group.push(problem);
    else groups.set(problem.node, [problem]);
  }
  return groups;
}

/** Other models are here now: what the server found of those before says nothing any more. */
function withoutModels(found: ServerProblems | undefined): ServerProblems | undefined {
  return found && { ...found, problems: found.problems.filter(({ code }) => !code.endsWith('-model')) };
}
