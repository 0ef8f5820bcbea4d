import type { PreviewChoice } from '../protocol/previews.ts';

/** What a run brings along besides its workflow. */
export interface RunWishes {
  /** What a person should know of it, a sentence each. */
  readonly notes?: readonly string[];
  readonly previews?: PreviewChoice | undefined;
}
