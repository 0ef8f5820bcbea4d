import { unsigned, type Code } from './vectorCode.ts';

export interface VectorFunctionSpec {
  /** Of its memory. */
  readonly bytes: number;
  /** How many float64 it takes: its locals from 0 on. Then come an int32 that it takes, and one more. */
  readonly numbers: number;
  /** How many vectors there are: the locals behind those. */
  readonly vectors: number;
  /** Statements. */
  readonly body: Code;
}

export interface VectorFunction {
  readonly memory: ArrayBuffer;
  run(...numbers: readonly number[]): void;
}

const PAGE = 65_536;
const [INT32, FLOAT64, VECTOR] = [0x7f, 0x7c, 0x7b];
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const [TYPES, FUNCTIONS, MEMORIES, EXPORTS, CODE] = [1, 3, 5, 7, 10];

/** Makes a module of WebAssembly with one function and one memory (specification 2.0, section 5.5), and loads it. */
export function compileVectors({ bytes, numbers, vectors, body }: VectorFunctionSpec): VectorFunction {
  const takes = [...Array.from({ length: numbers }, () => FLOAT64), INT32];
  const locals = list([
    [1, INT32],
    [...unsigned(vectors), VECTOR],
  ]);
  const module = Uint8Array.of(
    ...HEADER,
    ...section(TYPES, list([[0x60, ...sized(takes), 0]])),
    ...section(FUNCTIONS, list([[0]])),
    ...section(MEMORIES, list([[0, ...unsigned(Math.ceil(bytes / PAGE))]])),
    ...section(EXPORTS, list([exported('run', 0), exported('memory', 2)])),
    ...section(CODE, list([sized([...locals, ...body, 0x0b])])),
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  const { run, memory } = exports as { run: VectorFunction['run']; memory: WebAssembly.Memory };
  return { run, memory: memory.buffer };
}

const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const list = (entries: readonly Code[]): Code => [...unsigned(entries.length), ...entries.flat()];
const section = (id: number, code: Code): Code => [id, ...sized(code)];
/** The first function or memory, under a name. */
const exported = (name: string, kind: number): Code => [...sized([...Buffer.from(name)]), kind, 0];
