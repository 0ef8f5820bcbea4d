import { computed, ref } from 'vue';
import type { Placement } from '../../drawing/placement.ts';
import type { EditCommand } from '../editor/core/editCommand.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { inputPicture } from '../pictures/inputPicture.ts';
import { wiredValue } from '../pictures/wiredValue.ts';
import { cutoutPicture, shownPicture } from './cutoutPicture.ts';
import { placementOf, type PlacedSizes } from './placementEdits.ts';
import { useShownPicture } from './useShownPicture.ts';

export type PlacementWork = ReturnType<typeof usePlacement>;

/** A Composite node as one sees and sets it: both pictures, and where the cut-out lies. */
export function usePlacement(session: EditorSession, node: string) {
  const input = (port: string) => computed(() => inputPicture(session, { node, port }));
  const [background, cutout, mask] = [input('background'), input('cutout'), input('mask')];
  const failed = ref(false);
  const under = useShownPicture(
    () => [background.value],
    () => shownPicture(background.value),
    failed,
  );
  const over = useShownPicture(
    () => [cutout.value, mask.value],
    () => cutoutPicture(cutout.value, mask.value),
    failed,
  );

  const found = computed(() => session.document.nodes.find(({ id }) => id === node));
  const parameters = computed(() => session.descriptions.get(found.value?.type ?? '')?.parameters ?? []);
  const placement = computed(() => {
    const defaults = Object.fromEntries(parameters.value.map(({ name, default: preset }) => [name, preset]));
    const wired = parameters.value.flatMap(({ name }) => {
      const value = wiredValue(session, { node, port: name });
      return value === undefined ? [] : [[name, value] as const];
    });
    return placementOf({ ...found.value?.params, ...Object.fromEntries(wired) }, defaults);
  });
  const sizes = computed((): PlacedSizes | undefined =>
    under.value && over.value ? { background: under.value, cutout: over.value } : undefined,
  );
  /** What is wired comes from elsewhere. */
  const wired = (name: string): boolean =>
    session.document.links.some(({ to }) => to.node === node && to.port === name);
  /** Placements with the same `gesture` in a row are one undo step. */
  const place = (next: Placement, gesture?: string): void => {
    const commands = Object.entries(next)
      .filter(([name, value]) => placement.value[name as keyof Placement] !== value && !wired(name))
      .map(([name, value]): EditCommand => ({ kind: 'setParam', node, name, value }));
    session.execute(
      { kind: 'batch', commands },
      gesture === undefined ? {} : { merge: `place ${node} ${gesture}` },
    );
  };
  return {
    background,
    cutout,
    mask,
    /** The background and the cut-out as they are shown. */
    under,
    over,
    failed,
    found,
    parameters,
    placement,
    sizes,
    place,
  };
}
