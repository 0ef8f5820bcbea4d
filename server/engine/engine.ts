import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { NodeDefinition } from '../../nodes/contract/node.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { validateWorkflow } from '../../workflows/schema/validateWorkflow.ts';
import type { PreviewChoice } from '../protocol/previews.ts';
import { describeNodes } from './describeNode.ts';
import { DiskCache } from './diskCache.ts';
import { EngineServices, type EngineServicesOptions } from './engineServices.ts';
import { executeWorkflow } from './executeWorkflow.ts';
import type { Executed, Execution, ExecutionResult } from './execution.ts';
import { InspectionRefusal } from './inspection/inspectionRefusal.ts';
import { StepInspector } from './inspection/stepInspector.ts';
import { LeftOpen } from './leftOpen.ts';
import type { FromEngine, Inspection } from './messages.ts';
import { OutputCache, type Maker } from './outputCache.ts';
import { pngTexts, type RunFacts } from './pngTexts.ts';
import { recallDenoiser } from './recallDenoiser.ts';
import { RunMessages } from './runMessages.ts';
import { removeLeftovers, removeSpillFolder, spillFolderOf } from './spillFolders.ts';

export interface EngineOptions extends EngineServicesOptions {
  readonly registry: ReadonlyMap<string, NodeDefinition>;
  readonly send: (message: FromEngine) => void;
}

export interface RunOrder {
  readonly run: string;
  readonly document: WorkflowDocument;
  /** Ids of the nodes that the run is for; absent = all outputs. */
  readonly targets?: readonly string[];
  /** Absent = no step pictures. */
  readonly previews?: PreviewChoice;
}

/** By which a run is told to stop. */
interface Stops {
  readonly cancel: AbortController;
  readonly pause: AbortController;
}

/** Runs whose workflows are remembered, so that their steps can be looked into later. */
const REMEMBERED_RUNS = 50;

/** Executes runs, one at a time; models, sessions and results stay for the next run. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #descriptions: ReadonlyMap<string, NodeDescription>;
  readonly #services: EngineServices;
  readonly #cache: OutputCache;
  readonly #disk: DiskCache;
  readonly #spillRoot: string;
  readonly #inspector: StepInspector;
  readonly #documents = new LRUCache<string, WorkflowDocument>({ max: REMEMBERED_RUNS });
  readonly #leftOpen = new LeftOpen();
  #current: (Stops & { readonly run: string }) | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions) {
    const { settings, registry } = options;
    const { dataFolder } = settings;
    this.#options = options;
    this.#descriptions = describeNodes(registry);
    this.#services = new EngineServices(options);
    this.#cache = new OutputCache(settings.outputCacheBudget);
    this.#disk = new DiskCache({
      folder: join(dataFolder, 'cache', 'results'),
      budget: settings.inversionCacheBudget,
      warn: (message) => console.error(message),
    });
    this.#spillRoot = join(dataFolder, 'spill');
    this.#inspector = new StepInspector({
      budget: settings.stepBudget,
      autoencoderOf: ({ key }, latent) => this.#services.autoencoderOf(key, latent),
      recall: (maker) => this.#recall(maker),
      busy: () => this.#current !== undefined,
    });
  }

  async start(): Promise<void> {
    await removeLeftovers(this.#spillRoot);
    await this.#disk.trim();
  }

  cancel(run: string): void {
    if (this.#current?.run === run) this.#current.cancel.abort();
  }

  /** See Execution.pause. */
  pause(run: string): void {
    if (this.#current?.run === run) this.#current.pause.abort();
  }

  /** Stops the run that is going, between two steps; resolves when nothing is still being written. */
  async close(): Promise<void> {
    this.#current?.cancel.abort();
    await this.#settled;
    this.#documents.clear();
    await this.#makeRoom();
  }

  /** Answers a question about a step; never throws. */
  async inspect(id: number, question: Inspection): Promise<void> {
    const { send } = this.#options;
    try {
      send({ kind: 'inspected', id, answer: await this.#inspector.answer(question) });
    } catch (error) {
      if (!(error instanceof InspectionRefusal)) console.error(error);
      const code = error instanceof InspectionRefusal ? error.code : 'internal';
      send({ kind: 'inspected', id, refusal: { code, message: (error as Error).message } });
    }
  }

  /** Runs to the end and says how it ended; never throws. */
  async run(order: RunOrder): Promise<void> {
    const { send } = this.#options;
    const { run } = order;
    if (this.#current) {
      const message = `The engine is still busy with run ${this.#current.run}.`;
      return send({ kind: 'finished', run, state: 'failed', error: { code: 'engine-busy', message } });
    }
    const stops: Stops = { cancel: new AbortController(), pause: new AbortController() };
    this.#current = { run, ...stops };
    send({ kind: 'started', run });
    await this.#settled;
    const result = await this.#execute(order, stops).catch((error: unknown): ExecutionResult => {
      console.error(error);
      const message = `The run could not be carried out: ${(error as Error).message}`;
      return { state: 'failed', error: { code: 'internal', message } };
    });
    this.#current = undefined;
    send({ kind: 'finished', run, ...result });
  }

  async #execute(order: RunOrder, { cancel, pause }: Stops): Promise<ExecutionResult> {
    const { run, document, targets } = order;
    const [problem] = validateWorkflow(document, this.#descriptions, { targets });
    if (problem) return { state: 'failed', error: problem };
    this.#documents.set(run, document);
    const { services, report } = this.#around(order);
    const executed = executeWorkflow({
      ...this.#execution(run, document),
      targets,
      services,
      signal: cancel.signal,
      pause: pause.signal,
      report,
      makeRoom: () => this.#makeRoom(),
    });
    this.#settled = this.#cleanUp(executed, services.spillFolder);
    const { state, error } = await executed;
    await report.finish();
    return error ? { state, error } : { state };
  }

  /** What surrounds the nodes of a run: what they are lent, and where they tell what happens. */
  #around({ run, document, previews }: RunOrder): Pick<Execution, 'services'> & { report: RunMessages } {
    const { device, precision, versions, send } = this.#options;
    const models: RunFacts['models'][number][] = [];
    const { services, stepPreviews } = this.#services.for({
      spillFolder: spillFolderOf(this.#spillRoot, run),
      previews,
      modelUsed: (name, { title, hash, files = [] }) => {
        if (models.some((model) => model.name === name)) return;
        models.push({ name, title, hash });
        send({ kind: 'model', run, name, title, hash, files });
      },
      warn: (message) => send({ kind: 'warning', run, message }),
      keeping: (keeping) => send({ kind: 'keeping', run, keeping }),
    });
    const report = new RunMessages({
      run,
      document,
      isDue: (step) => stepPreviews.isDue(step),
      texts: () => pngTexts(document, this.#descriptions, { models, versions, device, precision }),
      send,
      keep: (node, made) => this.#inspector.keep({ run, node }, made),
    });
    return { services, report };
  }

  #execution(run: string, document: WorkflowDocument) {
    return { run, document, registry: this.#options.registry, cache: this.#cache, disk: this.#disk };
  }

  /** What the person need not wait for. */
  async #cleanUp(executed: Promise<Executed>, spillFolder: string): Promise<void> {
    const ended = await executed.catch(() => undefined);
    await ended?.settled;
    this.#leftOpen.add(async () => {
      await ended?.release();
      await removeSpillFolder(spillFolder);
    });
    await this.#disk.trim();
  }

  /** The steps that were left to look into hold on to inversions, and those to memory and files. */
  async #makeRoom(): Promise<void> {
    await this.#inspector.makeRoom();
    await this.#leftOpen.release();
  }

  async #recall({ run, node }: Maker): Promise<Denoiser> {
    const document = this.#documents.get(run);
    if (!document)
      throw new InspectionRefusal('gone', 'The engine no longer knows the workflow of this run.');
    await this.#leftOpen.release();
    const ignore = (): void => undefined;
    const spillFolder = spillFolderOf(this.#spillRoot, run);
    const scope = { spillFolder, previews: undefined, modelUsed: ignore, warn: ignore, keeping: ignore };
    const { services } = this.#services.for(scope);
    const recalled = await recallDenoiser({ ...this.#execution(run, document), services }, node);
    this.#leftOpen.add(() => recalled.release());
    return recalled.denoiser;
  }
}
