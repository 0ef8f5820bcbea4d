import type { z } from 'zod';
import type { Picture } from '../../models/image/picture.ts';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../models/sampling/samplerStep.ts';
import type { NodeServices } from './services.ts';
import type { PortType, PortValues } from './portValues.ts';

export interface PortSpec<T extends PortType = PortType> {
  readonly type: T;
  readonly title: string;
  readonly help: string;
  /** Inputs only. */
  readonly optional?: boolean;
}
export type PortSpecs = Readonly<Record<string, PortSpec>>;

type RequiredNames<S extends PortSpecs> = {
  [K in keyof S]: S[K] extends { readonly optional: true } ? never : K;
}[keyof S];
export type InputValues<S extends PortSpecs> = {
  readonly [K in RequiredNames<S>]: PortValues[S[K]['type']];
} & { readonly [K in Exclude<keyof S, RequiredNames<S>>]?: PortValues[S[K]['type']] };
export type OutputValues<S extends PortSpecs> = { readonly [K in keyof S]: PortValues[S[K]['type']] };

/** A step of a node's work, for the person who watches. */
export type StepReport = SamplingReport | OptimisingReport;

interface CountedStep {
  /** Counts from 1 to `of`. */
  readonly step: number;
  readonly of: number;
  /** Small numbers, each with a curve of its own, e.g. `{ std: 0.93 }`. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Of a sampler. */
export interface SamplingReport extends CountedStep {
  readonly timestep: number;
  /** Called only when somebody will see it; never awaited by the sampler. */
  readonly picture?: () => Promise<Picture>;
  /** Remembered from an earlier sampling, not computed now. */
  readonly known?: boolean;
  /** What it was made from and by, for a closer look at it later. */
  readonly made?: { readonly step: SamplerStep; readonly denoiser: Denoiser };
}

/** Of something that is made better and better: a picture that is optimised, a model that is trained. */
export interface OptimisingReport extends CountedStep {
  /** What is made smaller, by name: the terms and, where there are several, their `total`. They share one chart. */
  readonly losses: Readonly<Record<string, number>>;
  /** What has come of it so far: a node shows it after every so many steps. */
  readonly picture?: Picture;
}

/** What is known of the model that a node samples with, before a run. */
export interface KnownModel {
  /** Timesteps that it was trained with; absent while nobody knows. */
  readonly trainSteps?: number | undefined;
}

export interface NodeRun<I extends PortSpecs, P> {
  readonly inputs: InputValues<I>;
  readonly params: P;
  /** Aborted when the person cancels, or pauses what is `resumable`: check between steps (`signal.throwIfAborted()`). */
  readonly signal: AbortSignal;
  readonly services: NodeServices;
  readonly unfinished: UnfinishedWork;
  step(report: StepReport): void;
  /** For work without steps: a fraction in [0, 1]. */
  progress(fraction: number): void;
  /** Shows a picture on the node; with `save`, it is also an output of the run under that name. */
  show(picture: ShownPicture): Promise<void>;
  /** Adds a fact to the run's record, e.g. which precision the features were kept in. */
  note(name: string, value: string | number | boolean): void;
}

/**
 * What a `resumable` node that has no better place for it leaves when its run is paused, for when that run goes on. It is only
 * in memory, and may have had to make room.
 */
export interface UnfinishedWork {
  take(): unknown;
  keep(work: unknown, bytes: number): void;
}

export interface ShownPicture {
  /** `image`; `before` and `after` in Compare; `input.PORT`: what came in there, for the editor of the node. */
  readonly slot: string;
  readonly picture: Picture;
  /** Kept in full, `exact` without loss: its pixels are counted. Otherwise it is made to fit a screen. */
  readonly fullSize?: 'lossy' | 'exact';
  readonly save?: {
    readonly name: string;
    readonly format: 'png' | 'jpeg' | 'webp';
    /** A PNG carries the workflow unless this is false. */
    readonly workflow?: boolean;
  };
}

/**
 * Everything about one node type. A parameter's zod schema carries its title, help and control in `.meta()`
 * (see `parameter.ts`); parameters made with a `port` are also optional inputs, merged into `params` before the run.
 */
export interface NodeDefinition<
  I extends PortSpecs = PortSpecs,
  O extends PortSpecs = PortSpecs,
  S extends z.ZodObject = z.ZodObject,
> {
  /** `family/name`: saved in people's files, never renamed. */
  readonly type: string;
  readonly version: number;
  readonly title: string;
  /** One paragraph of plain English. */
  readonly help: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly params: S;
  readonly reportsSteps?: boolean;
  /** Stopped between two steps and run again, it goes on from there: a run can be paused in the middle of it. */
  readonly resumable?: boolean;
  readonly showsPictures?: boolean;
  /** Has an effect of its own (saves, shows): such nodes and what they need are what a run executes. */
  readonly isOutput?: boolean;
  /** The large editor that sets its parameters (workflows/schema/nodeDescription.ts says what it expects). */
  readonly editor?: 'placement';
  /** Lifts saved parameters of an older version of this node to the next version. */
  readonly migrations?: Readonly<
    Record<number, (params: Record<string, unknown>) => Record<string, unknown>>
  >;
  /**
   * Refuses parameters that do not go together: before the run, as far as none of them is wired, and before `run`. Throws
   * NodeError and SamplingError.
   */
  check?(params: z.infer<S>, model: KnownModel): void;
  /** Content that the parameters only point to (a file, a model): joins the cache key. Throws NodeError when absent. */
  fingerprint?(params: z.infer<S>, services: NodeServices): Promise<string>;
  /** Keeps results on disk, so that they survive a restart (inversions, optimised pictures). */
  readonly diskCache?: {
    write(outputs: OutputValues<O>, folder: string): Promise<void>;
    read(folder: string, services: NodeServices): Promise<OutputValues<O>>;
  };
  run(context: NodeRun<I, z.infer<S>>): Promise<OutputValues<O>>;
}

/** Keeps the precise types of one definition; the registry holds them as plain `NodeDefinition`s. */
export function defineNode<const I extends PortSpecs, const O extends PortSpecs, S extends z.ZodObject>(
  definition: NodeDefinition<I, O, S>,
): NodeDefinition<I, O, S> {
  return definition;
}
