import { StringDecoder } from 'node:string_decoder';

/** A node of the graph as onnxruntime runs it: what fusing made or copying needs has no name of ours. */
export interface PlacedNode {
  readonly operator: string;
  readonly name: string;
}

/** The nodes of a graph by the execution provider that runs them, under onnxruntime's names (`CPUExecutionProvider`). */
export interface Placement {
  readonly provider: string;
  /** As onnxruntime says it: where all nodes are in one place, it does not list them. */
  readonly count: number;
  readonly nodes: readonly PlacedNode[];
}

/** Longer than any line about placement: of others, only so much is kept. */
const LINE = 4096;
/** Many times what the largest network has. */
const NODES = 100_000;

/**
 * Reads what onnxruntime 1.30 writes to stderr in its verbose log when a session is opened: `Node placements`
 * (session_state.cc), after it one line for each provider, and one for each node where there are several providers. Of
 * several sessions, the last counts. Whatever else is written is passed over, without being kept.
 */
export class PlacementLog {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #nodes = 0;
  #placements: (Placement & { nodes: PlacedNode[] })[] = [];

  /** Takes the next bytes of the log, cut anywhere. */
  write(chunk: Buffer): void {
    const lines = this.#decoder.write(chunk).split('\n');
    for (const [at, part] of lines.entries()) {
      this.#line = (this.#line + part).slice(0, LINE);
      if (at === lines.length - 1) return;
      this.#read(this.#line.trimEnd());
      this.#line = '';
    }
  }

  /** Empty when no session was opened. */
  get placements(): readonly Placement[] {
    return this.#placements;
  }

  #read(line: string): void {
    const said = /\bVerifyEachNodeIsAssignedToAnEp\] (.*)$/.exec(line)?.[1];
    if (said === undefined) return;
    if (said === 'Node placements') {
      this.#placements = [];
      this.#nodes = 0;
      return;
    }
    const placed = /^ (?:All nodes|Node\(s\)) placed on \[(\w+)\]\. Number of nodes: (\d+)$/.exec(said);
    if (placed) this.#placements.push({ provider: placed[1]!, count: Number(placed[2]), nodes: [] });
    const node = /^ {2}(\S+) \((.*)\)$/.exec(said);
    if (node && this.#nodes++ < NODES)
      this.#placements.at(-1)?.nodes.push({ operator: node[1]!, name: node[2]! });
  }
}
