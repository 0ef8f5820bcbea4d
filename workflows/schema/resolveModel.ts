import type { ModelReference } from './modelReference.ts';

/** What must be known of a model that is here. */
export interface PresentModel {
  readonly name: string;
  readonly title: string;
  readonly builtin: boolean;
  readonly bytes: number;
  readonly role?: string | undefined;
  /** The name that it is published under, or its sizes. */
  readonly architecture?: string | undefined;
  /** The networks in it; absent until they are known. */
  readonly parts?: readonly string[] | undefined;
  /** Channels at the levels of its UNet, or of the one that an adapter is made for, the largest level first. */
  readonly levels?: readonly number[] | undefined;
  /** SHA-256; absent while it is being computed, empty when the file cannot be read. */
  readonly hash?: string | undefined;
  /** Entry of the catalogue that it is. */
  readonly catalogue?: string | undefined;
  /** A link whose target is gone. */
  readonly missing?: boolean | undefined;
  /** Why it cannot be used, a sentence. */
  readonly problem?: string | undefined;
}

/**
 * `here`: as it is named. `elsewhere`: the same content under another name. `other`: that name, but another content.
 * `undecided`: only the hashes of those models can tell, and they are not known yet.
 */
export type ModelResolution =
  | { readonly kind: 'here' | 'elsewhere'; readonly name: string }
  | { readonly kind: 'other'; readonly hash: string }
  | { readonly kind: 'undecided'; readonly names: readonly string[] }
  | { readonly kind: 'missing' };

/**
 * Which of the models that are here a workflow means by a name: the one of that name, unless another content is recorded
 * for it; else the one with the recorded content; else, where no content is recorded, one that the catalogue knows as
 * what the workflow asks for.
 */
export function resolveModel(
  name: string,
  reference: ModelReference | undefined,
  models: readonly PresentModel[],
): ModelResolution {
  const present = models.filter((model) => !model.missing);
  const named = present.find((model) => model.name === name);
  const { hash, bytes, catalogue = [] } = reference ?? {};
  if (named && (named.builtin || hash === undefined || named.hash === hash)) return { kind: 'here', name };
  if (hash === undefined) {
    const known = catalogue.flatMap((id) => present.filter((model) => model.catalogue === id));
    return known[0] ? { kind: 'elsewhere', name: known[0].name } : { kind: 'missing' };
  }
  const twin = present.find((model) => model.hash === hash);
  if (twin) return { kind: 'elsewhere', name: twin.name };
  // The one of that name first: mostly it is the one that is meant, and no other needs to be read.
  const open = named && named.hash === undefined ? [named] : present.filter(isUnread(bytes));
  if (open.length > 0) return { kind: 'undecided', names: open.map((model) => model.name) };
  return named ? { kind: 'other', hash: named.hash! } : { kind: 'missing' };
}

/** Another size is another content. */
function isUnread(bytes: number | undefined): (model: PresentModel) => boolean {
  return (model) =>
    !model.builtin && model.hash === undefined && (bytes === undefined || model.bytes === bytes);
}
