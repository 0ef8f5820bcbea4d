import { join } from 'node:path';
import type { IdentifiedModel } from '../../models/catalog/diffusionModel.ts';
import { withParts } from '../../models/catalog/withParts.ts';
import type { ModelFacts } from '../../models/catalog/diffusionModel.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { NodeDefinition, StepReport } from '../../nodes/contract/node.ts';
import type { ModelReading, NodeServices } from '../../nodes/contract/services.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { validateWorkflow } from '../../workflows/schema/validateWorkflow.ts';
import { readContent, type ContentFolders } from './contentFiles.ts';
import { describeNodes } from './describeNode.ts';
import { DiskCache } from './diskCache.ts';
import { executeWorkflow } from './executeWorkflow.ts';
import type { Executed, ExecutionResult } from './execution.ts';
import { modelFolders } from '../models/modelFolders.ts';
import { LatentPreviews } from './latentPreviews.ts';
import type { PreviewChoice } from '../protocol/previews.ts';
import { InspectionRefusal } from './inspection/inspectionRefusal.ts';
import { StepInspector } from './inspection/stepInspector.ts';
import type { EngineSettings, FromEngine, Inspection } from './messages.ts';
import { ModelShelf } from './modelShelf.ts';
import { OutputCache } from './outputCache.ts';
import { pngTexts, type RunFacts } from './pngTexts.ts';
import { RunMessages, type RunMessagesOptions } from './runMessages.ts';
import { StepPreviews, type MadePictures } from './stepPreviews.ts';
import { StepStore } from './stepStore.ts';
import { removeLeftovers, removeSpillFolder, spillFolderOf } from './spillFolders.ts';

export interface EngineOptions {
  readonly settings: EngineSettings;
  readonly registry: ReadonlyMap<string, NodeDefinition>;
  /** What `settings.device` came to. */
  readonly device: string;
  readonly precision: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly identifyModel: (path: string, reading: ModelReading) => Promise<IdentifiedModel>;
  readonly send: (message: FromEngine) => void;
}

/** Stands for the denoiser of an autoencoder that came without one: it serves the denoisers that came without it. */
const ALONE = '';

export interface RunOrder {
  readonly run: string;
  readonly document: WorkflowDocument;
  /** Ids of the nodes that the run is for; absent = all outputs. */
  readonly targets?: readonly string[];
  /** Absent = no step pictures. */
  readonly previews?: PreviewChoice;
}

/** Executes runs, one at a time; models, sessions and results stay for the next run. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #descriptions: ReadonlyMap<string, NodeDescription>;
  readonly #cache: OutputCache;
  readonly #steps: StepStore;
  readonly #disk: DiskCache;
  readonly #shelf: ModelShelf;
  readonly #previews: LatentPreviews;
  readonly #content: ContentFolders;
  readonly #spillRoot: string;
  /** Autoencoders by the key of the denoiser that came with them: what a sampler's latents can be shown with. */
  readonly #autoencoders = new Map<string, Autoencoder>();
  #current: { readonly run: string; readonly controller: AbortController } | undefined;
  readonly #stepPictures: MadePictures = new WeakMap();
  readonly #inspector: StepInspector;
  /** Lets go of what runs left open for the inspector. */
  readonly #leftOpen: (() => Promise<void>)[] = [];
  #settled: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions) {
    const { settings, registry, identifyModel } = options;
    const { dataFolder, builtinFolder } = settings;
    this.#options = options;
    this.#descriptions = describeNodes(registry);
    this.#cache = new OutputCache(settings.outputCacheBudget);
    this.#steps = new StepStore(settings.stepBudget);
    this.#disk = new DiskCache({
      folder: join(dataFolder, 'cache', 'results'),
      budget: settings.inversionCacheBudget,
      warn: (message) => console.error(message),
    });
    this.#shelf = new ModelShelf({ folders: modelFolders(settings), identify: identifyModel });
    this.#inspector = new StepInspector({
      budget: settings.stepBudget,
      autoencoderOf: ({ key }, latent) => this.#autoencoderOf(key, latent),
      busy: () => this.#current !== undefined,
    });
    const samples = join(builtinFolder, 'samples');
    this.#previews = new LatentPreviews({ cache: join(dataFolder, 'cache', 'previews'), samples });
    this.#content = { files: join(dataFolder, 'files'), samples };
    this.#spillRoot = join(dataFolder, 'spill');
  }

  async start(): Promise<void> {
    await removeLeftovers(this.#spillRoot);
    await this.#disk.trim();
  }

  cancel(run: string): void {
    if (this.#current?.run === run) this.#current.controller.abort();
  }

  /** Stops the run that is going, between two steps; resolves when nothing is still being written. */
  async close(): Promise<void> {
    this.#current?.controller.abort();
    await this.#settled;
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
      const error = {
        code: 'engine-busy',
        message: `The engine is still busy with run ${this.#current.run}.`,
      };
      return send({ kind: 'finished', run, state: 'failed', error });
    }
    const controller = new AbortController();
    this.#current = { run, controller };
    send({ kind: 'started', run });
    await this.#settled;
    const result = await this.#execute(order, controller.signal).catch((error: unknown): ExecutionResult => {
      console.error(error);
      const message = `The run could not be carried out: ${(error as Error).message}`;
      return { state: 'failed', error: { code: 'internal', message } };
    });
    this.#current = undefined;
    send({ kind: 'finished', run, ...result });
  }

  async #execute(
    { run, document, targets, previews }: RunOrder,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    const [problem] = validateWorkflow(document, this.#descriptions, { targets });
    if (problem) return { state: 'failed', error: problem };
    const { registry, device, precision, versions, send } = this.#options;
    const models: RunFacts['models'][number][] = [];
    const texts = () => pngTexts(document, this.#descriptions, { models, versions, device, precision });
    const stepPreviews = new StepPreviews({
      choice: previews,
      made: this.#stepPictures,
      linear: this.#previews,
      openDecoder: async (name) => withParts(await this.#shelf.open(name), 'autoencoder').autoencoder,
      warn: (message) => send({ kind: 'warning', run, message }),
    });
    const isDue = (step: StepReport) => stepPreviews.isDue(step);
    const keep: RunMessagesOptions['keep'] = (node, made) => this.#inspector.keep(run, node, made);
    const report = new RunMessages({ run, document, isDue, texts, send, keep });
    const spillFolder = spillFolderOf(this.#spillRoot, run);
    const services = this.#services({
      spillFolder,
      stepPreviews,
      modelUsed: (name, { title, hash, files = [] }) => {
        if (models.some((model) => model.name === name)) return;
        models.push({ name, title, hash });
        send({ kind: 'model', run, name, title, hash, files });
      },
    });
    const executed = executeWorkflow({
      run,
      document,
      targets,
      registry,
      services,
      cache: this.#cache,
      disk: this.#disk,
      signal,
      report,
      makeRoom: () => this.#makeRoom(),
    });
    this.#settled = this.#cleanUp(executed, spillFolder);
    const { settled: _, release: __, ...result } = await executed;
    await report.finish();
    return result;
  }

  /** What the person need not wait for. */
  async #cleanUp(executed: Promise<Executed>, spillFolder: string): Promise<void> {
    const ended = await executed.catch(() => undefined);
    await ended?.settled;
    this.#leftOpen.push(async () => {
      await ended?.release();
      await removeSpillFolder(spillFolder);
    });
    await this.#disk.trim();
  }

  /** The steps that were left to look into hold on to inversions, and those to memory and files. */
  async #makeRoom(): Promise<void> {
    await this.#inspector.makeRoom();
    for (const release of this.#leftOpen.splice(0)) await release();
  }

  #autoencoderOf(denoiserKey: string, latent: Tensor): Autoencoder {
    const key = denoiserKey.split('|')[0] ?? denoiserKey;
    const own = this.#autoencoders.get(key) ?? this.#autoencoders.get(ALONE);
    if (own && own.latentChannels === latent.shape[1]) return own;
    throw new Error(`No autoencoder is known for ${denoiserKey}`);
  }

  #services({ spillFolder, stepPreviews, modelUsed }: RunScope): NodeServices {
    return {
      openModel: async (name, reading) => {
        const model = await this.#shelf.open(name, reading);
        const { denoiser, autoencoder } = model;
        if (autoencoder) this.#autoencoders.set(denoiser?.key ?? ALONE, autoencoder);
        if (autoencoder) await stepPreviews.prepare(autoencoder);
        return model;
      },
      // Every loader is asked for it in every run, so the record names models also when all is cached.
      // Results differ between devices, precisions and versions, in the last digits at least, so they are not exchanged.
      modelHash: async (name, reading) => {
        const { device, precision, versions } = this.#options;
        const model = await this.#shelf.identify(name, reading);
        modelUsed(name, model);
        return JSON.stringify([model.hash, device, precision, versions['impasto'], versions['onnxruntime']]);
      },
      readFile: (reference) => readContent(reference, this.#content),
      previewLatent: (latent, autoencoder) => this.#previews.show(latent, autoencoder),
      stepPicture: async (latent, denoiserKey) =>
        stepPreviews.show(latent, this.#autoencoderOf(denoiserKey, latent)),
      sampling: (key, first) => this.#steps.record(key, first),
      spillFolder,
      featureBudget: this.#options.settings.featureBudget,
    };
  }
}

interface RunScope {
  readonly spillFolder: string;
  readonly stepPreviews: StepPreviews;
  readonly modelUsed: (name: string, model: ModelFacts) => void;
}
