import { computed, ref, shallowRef, watch } from 'vue';
import type { CatalogueEntry, ModelSummary } from '../../server/protocol/models.ts';
import { type ModelReference, referenceOf } from '../../workflows/schema/modelReference.ts';
import { type ModelNeed, modelUses } from '../../workflows/schema/modelUses.ts';
import type { ModelStore } from '../connection/modelStore.ts';
import { misfit } from '../editor/core/modelFit.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import type { ModelPlace } from '../editor/session/sessionModels.ts';
import { texts } from '../texts/en.ts';
import type { Toasts } from './toasts.ts';
import type { WorkflowFile } from './workflowFile.ts';

/** Not here; another content under that name; cannot be read; for another use. */
const kinds = ['missing-model', 'other-model', 'broken-model', 'unfit-model'] as const;
type MissingKind = (typeof kinds)[number];

/** A model that the open workflow names and cannot use as it is. */
export interface MissingModel {
  readonly name: string;
  readonly title: string;
  readonly kind: MissingKind;
  /** The problem in a sentence. */
  readonly message: string;
  readonly reference: ModelReference | undefined;
  /** Where the workflow names it. */
  readonly places: readonly ModelPlace[];
  /** Entries of the catalogue that it is, or that would do as well. */
  readonly entries: readonly CatalogueEntry[];
  /** Models here that fit in all its places. */
  readonly choices: readonly ModelSummary[];
}

/** What is wrong with a model, and what its places ask of it. */
interface Found extends Pick<MissingModel, 'kind' | 'message' | 'places'> {
  readonly needs: readonly ModelNeed[];
}

export interface MissingModelsOptions {
  readonly session: EditorSession;
  readonly models: ModelStore;
  readonly file: WorkflowFile;
  readonly toasts: Toasts;
}

/** What the open workflow needs and does not find, and what the person decided about it. */
export class MissingModels {
  /** Whether the dialog about them is open. */
  readonly open = ref(false);
  private readonly options: MissingModelsOptions;
  private readonly listRef = computed(() => this.find());
  private readonly left = shallowRef<ReadonlySet<string>>(new Set());
  private readonly unsettledRef = computed(() =>
    this.listRef.value.filter(({ name }) => !this.left.value.has(name)),
  );

  constructor(options: MissingModelsOptions) {
    this.options = options;
    const { file, session, models } = options;
    let { opening } = file;
    watch(
      () => file.state,
      () => {
        if (opening === file.opening) return;
        opening = file.opening;
        this.left.value = new Set();
      },
    );
    // Only what came by itself is news.
    let arrived = false;
    watch(
      () => session.document,
      () => (arrived = false),
    );
    watch(
      () => models.list,
      () => (arrived = true),
    );
    watch(this.listRef, (now, before) => {
      if (now.length > 0) return;
      this.open.value = false;
      if (arrived && before.length > 0) options.toasts.show({ kind: 'ok', text: texts.missing.ready });
    });
  }

  get list(): readonly MissingModel[] {
    return this.listRef.value;
  }
  /** Those that the person has not decided to leave as they are. */
  get unsettled(): readonly MissingModel[] {
    return this.unsettledRef.value;
  }

  /** Not now: the nodes go on saying it. */
  leave(): void {
    this.open.value = false;
    this.left.value = new Set(this.list.map(({ name }) => name));
  }

  /** Uses another model in all its places, or takes the one that has its name here. */
  choose({ places }: MissingModel, name: string): void {
    this.options.session.useModel(places, name);
  }

  private find(): MissingModel[] {
    const { session } = this.options;
    const found = new Map<string, Found>();
    const uses = new Map(
      modelUses(session.document, session.descriptions).map((use) => [
        `${use.node} ${use.parameter.name}`,
        use,
      ]),
    );
    for (const { code, message, node, port } of session.problems) {
      const kind = kinds.find((known) => known === code);
      const use = uses.get(`${node} ${port}`);
      if (!kind || !use) continue;
      const { places, needs } = found.get(use.name) ?? { places: [], needs: [] };
      const place = { node: use.node, parameter: use.parameter.name };
      found.set(use.name, { kind, message, places: [...places, place], needs: [...needs, use.need] });
    }
    return [...found].map(([name, problem]) => this.describe(name, problem));
  }

  private describe(name: string, { kind, message, places, needs }: Found): MissingModel {
    const { session, models } = this.options;
    const reference = referenceOf(session.document, name);
    const entries = kind === 'unfit-model' ? [] : entriesOf(name, reference, models.catalogue);
    const fitting = models.list.filter(
      (model) => model.name !== name && needs.every((need) => misfit(model, need, models.list) === undefined),
    );
    // Whoever has another model hardly wants the one for trying things out.
    const choices = fitting.toSorted((a, b) => Number(a.builtin) - Number(b.builtin));
    const title = reference?.title ?? entries[0]?.title ?? name;
    return { name, title, kind, message, reference, places, entries, choices };
  }
}

/** What the catalogue has for a model: by what the workflow says of it, else by its name. */
function entriesOf(
  name: string,
  reference: ModelReference | undefined,
  catalogue: readonly CatalogueEntry[],
): CatalogueEntry[] {
  const { hash, catalogue: ids = [] } = reference ?? {};
  const named = ids.flatMap((id) => catalogue.filter((entry) => entry.id === id));
  const same = catalogue.filter((entry) => hash !== undefined && entry.sha256 === hash);
  const found = [...new Set([...named, ...same])];
  return found.length > 0 || reference ? found : catalogue.filter((entry) => entry.name === name);
}
