import { readFile } from 'node:fs/promises';
import type { DiffusionModel } from '../../models/catalog/diffusionModel.ts';
import { identifyModel } from '../../models/catalog/openModel.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { nodeRegistry } from '../../nodes/index.ts';
import { describeNodes } from '../../server/engine/describeNode.ts';
import { Engine } from '../../server/engine/engine.ts';
import type { EngineSettings, FromEngine } from '../../server/engine/messages.ts';
import { linearPreviews, type PreviewChoice } from '../../server/protocol/previews.ts';
import { applyOverrides } from '../../workflows/schema/applyOverrides.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';

/** What an engine said during one run. */
export interface Told {
  readonly messages: FromEngine[];
  readonly finished: Extract<FromEngine, { kind: 'finished' }>;
  of<K extends FromEngine['kind']>(kind: K): Extract<FromEngine, { kind: K }>[];
  /** The last state of every node. */
  readonly states: Record<string, string>;
}

/** A fresh engine, as after a restart, in this process. */
export function startEngine(where: {
  readonly dataFolder: string;
  readonly builtinFolder: string;
  readonly settings?: Partial<EngineSettings>;
  readonly version?: string;
  readonly hear?: (message: FromEngine) => void;
  /** Stands between the engine and the models that it opens. */
  readonly watch?: (model: DiffusionModel) => DiffusionModel;
}) {
  const {
    dataFolder,
    builtinFolder,
    settings = {},
    version = 'test',
    watch = (model) => model,
    hear,
  } = where;
  const messages: FromEngine[] = [];
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const engine = new Engine({
    settings: {
      dataFolder,
      builtinFolder,
      device: 'cpu',
      precision: 'float32',
      sessionBudget: 1e9,
      outputCacheBudget: 1e9,
      stepBudget: 1e9,
      featureBudget: 1e9,
      inversionCacheBudget: 1e9,
      ...settings,
    },
    registry: nodeRegistry,
    device: 'cpu',
    precision: 'float32',
    versions: { impasto: version },
    identifyModel: async (path, hints) => {
      const model = await identifyModel(path, { pool, device: 'cpu', hints });
      return { ...model, open: async () => watch(await model.open()) };
    },
    send: (message) => {
      messages.push(message);
      hear?.(message);
    },
  });
  const run = async (
    document: WorkflowDocument,
    previews: PreviewChoice | false = linearPreviews,
  ): Promise<Told> => {
    messages.length = 0;
    await engine.run({ run: 'run00001', document, ...(previews && { previews }) });
    await engine.close();
    return tell([...messages]);
  };
  return { engine, run };
}

function tell(messages: FromEngine[]): Told {
  const of = <K extends FromEngine['kind']>(kind: K) =>
    messages.filter((message): message is Extract<FromEngine, { kind: K }> => message.kind === kind);
  const states = Object.fromEntries(of('node').map(({ node, record }) => [node, record.state]));
  return { messages, of, states, finished: of('finished')[0]! };
}

/** The picture that a run saved under this name. */
export const pictureOf = (told: Told, wanted = 'result') =>
  told.of('shown').find(({ name }) => name === wanted)!.picture;

/** A template with some of its parameters changed, `node.parameter` to value. */
export async function loadTemplate(
  name: string,
  overrides: Record<string, string | number>,
): Promise<WorkflowDocument> {
  const { document } = parseDocument(await readFile(`workflows/templates/${name}.json`, 'utf8'));
  return applyOverrides(document!, overrides, describeNodes(nodeRegistry)).document!;
}
