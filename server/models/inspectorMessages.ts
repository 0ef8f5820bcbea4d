/** What the inspector thread is asked: its `workerData`. */
export interface InspectorOrder {
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly absolute: string }[];
  /** One file is its own hash; a folder's is that of its list. */
  readonly single: boolean;
}

/** What it answers. */
export type FromInspector =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly hash: string; readonly sums: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly message: string };
