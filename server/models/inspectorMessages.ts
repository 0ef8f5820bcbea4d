import type { RecognisedModel } from '../../models/catalog/recognition/describeParts.ts';

/** What the inspector thread is asked: its `workerData`. */
export interface InspectorOrder {
  /** File or folder to recognise; absent when only its hash is asked for. */
  readonly recognise?: string;
  /** Files to hash, sorted by path; none when only what it is is asked for. */
  readonly files: readonly { readonly path: string; readonly absolute: string }[];
  /** One file is its own hash; a folder's is that of its list. */
  readonly single: boolean;
}

/** What a model is, or why it is none that can be used, a sentence. */
export type Recognition = RecognisedModel | { readonly problem: string };

/** What it answers: what the model is, if asked, then how far it is, then that it is done or why not. */
export type FromInspector =
  | { readonly kind: 'recognised'; readonly recognition: Recognition }
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly hash: string; readonly sums: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly message: string };
