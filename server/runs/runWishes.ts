import type { PreviewChoice } from '../protocol/previews.ts';

/** What a run brings along besides its workflow. */
export interface RunWishes {
  /** What a person should know of it, a sentence each. */
  readonly notes?: readonly string[];
  /** Ids of the nodes that the run is for; absent = all outputs. */
  readonly targets?: readonly string[] | undefined;
  readonly previews?: PreviewChoice | undefined;
}
