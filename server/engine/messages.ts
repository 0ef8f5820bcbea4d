import type { FileStamp } from '../../models/weights/weightSource.ts';
import type { Picture } from '../../models/image/picture.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { DeviceChoice } from '../protocol/api.ts';
import type {
  ChannelsRequest,
  LensAnswer,
  LensPictureRequest,
  LensRequest,
  StepChannels,
} from '../protocol/inspection.ts';
import type { PreviewChoice } from '../protocol/previews.ts';
import type { NodeRecord, RunError, StepRecord } from '../protocol/runs.ts';
import type { RefusalCode } from './inspection/inspectionRefusal.ts';

/** Settings that the engine process gets when it starts (as JSON in its first argument). */
export interface EngineSettings {
  /** Data folder: `cache/`, `spill/`, `files/`, `models/` lie in it. */
  readonly dataFolder: string;
  readonly builtinFolder: string;
  readonly device: string;
  readonly precision: string;
  /** Bytes; see README "Memory". */
  readonly sessionBudget: number;
  readonly outputCacheBudget: number;
  readonly featureBudget: number;
  /** Of sampling steps that can be gone on from, and as much for those that can be looked into: most are both. */
  readonly stepBudget: number;
  readonly inversionCacheBudget: number;
}

/** A question about a step of an earlier run, or of the one that is going. */
export type Inspection =
  | { readonly about: 'channels'; readonly run: string; readonly request: ChannelsRequest }
  | { readonly about: 'lens'; readonly run: string; readonly request: LensRequest }
  /** What the layer looked at there. */
  | { readonly about: 'picture'; readonly run: string; readonly request: LensPictureRequest };
export type InspectionAnswer =
  | { readonly about: 'channels'; readonly channels: StepChannels }
  | { readonly about: 'lens'; readonly lens: LensAnswer }
  | { readonly about: 'picture'; readonly picture: Picture };

export type ToEngine =
  | {
      readonly kind: 'run';
      readonly run: string;
      readonly document: WorkflowDocument;
      /** Ids of the nodes that the run is for; absent = all outputs. */
      readonly targets?: readonly string[];
      /** How step pictures are made; absent = not at all, since nobody looks. */
      readonly previews?: PreviewChoice;
    }
  | { readonly kind: 'cancel'; readonly run: string }
  /** Has the run stop where the same run, sent again, goes on; it says so by finishing as `paused`. */
  | { readonly kind: 'pause'; readonly run: string }
  | { readonly kind: 'inspect'; readonly id: number; readonly question: Inspection }
  | { readonly kind: 'ping'; readonly nonce: number };

/** A picture on its way to storage. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly extension: 'png' | 'jpg' | 'webp';
  readonly width: number;
  readonly height: number;
}

/** What is recorded of a step, before it has a number among the run's events and perhaps a picture. */
export type MadeStep = Unnumbered<StepRecord> & { readonly milliseconds: number };
type Unnumbered<T> = T extends StepRecord ? Omit<T, 'seq' | 'hasPicture'> : never;

export type FromEngine =
  | {
      readonly kind: 'ready';
      readonly device: string;
      readonly precision?: string;
      readonly choice?: DeviceChoice;
      readonly threads: number;
      readonly versions: Record<string, string>;
    }
  | { readonly kind: 'pong'; readonly nonce: number }
  | {
      readonly kind: 'inspected';
      readonly id: number;
      readonly answer?: InspectionAnswer;
      /** Instead of an answer. */
      readonly refusal?: { readonly code: RefusalCode | 'internal'; readonly message: string };
    }
  | { readonly kind: 'started'; readonly run: string }
  | { readonly kind: 'node'; readonly run: string; readonly node: string; readonly record: NodeRecord }
  | { readonly kind: 'step'; readonly run: string; readonly step: MadeStep }
  /**
   * The picture of a step already told, as plain pixels: the model holds the engine's thread from the next step on, so
   * an encoder there would answer one step late. The server's thread is free.
   */
  | {
      readonly kind: 'preview';
      readonly run: string;
      readonly node: string;
      readonly step: number;
      readonly picture: Picture;
    }
  | {
      readonly kind: 'shown';
      readonly run: string;
      readonly node: string;
      readonly slot: string;
      readonly picture: EncodedPicture;
      readonly name?: string;
    }
  | {
      readonly kind: 'model';
      readonly run: string;
      readonly name: string;
      readonly title: string;
      readonly hash: string;
      /** What it is read from: a file that is cut short while it is mapped ends the engine (SIGBUS). */
      readonly files?: readonly FileStamp[];
    }
  /** From now on, or no longer, the run would have something to put away when it is stopped, which may take a while. */
  | { readonly kind: 'keeping'; readonly run: string; readonly keeping: boolean }
  /** What a person should know although the run goes on. */
  | { readonly kind: 'warning'; readonly run: string; readonly message: string }
  | {
      readonly kind: 'finished';
      readonly run: string;
      readonly state: 'done' | 'failed' | 'cancelled' | 'paused';
      readonly error?: RunError;
    };
