import { computed, type ComputedRef } from 'vue';
import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';
import { handedOn } from '../core/handedOn.ts';
import { useEditorSession } from '../editorSession.ts';

/** A parameter with the limits that hold for it where it is. */
export function useHandedOn(
  place: () => { readonly node: string; readonly parameter: ParameterDescription },
): ComputedRef<ParameterDescription> {
  const { state } = useEditorSession().parts;
  // Links only: values and places of nodes change with every frame of a drag, their types never.
  const links = computed(() => state.document.value.links);
  return computed(() => {
    const { node, parameter } = place();
    if (parameter.handsOn === undefined) return parameter;
    const document = { nodes: state.store.document.nodes, links: links.value };
    return handedOn({ document, catalogue: state.catalogue.value }, node, parameter);
  });
}
