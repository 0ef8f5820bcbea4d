import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import type { Sample } from '../protocol/api.ts';
import type { ModelSummary } from '../protocol/models.ts';
import type { KnownModel } from '../../nodes/contract/node.ts';
import type { Refusal } from './refusalOf.ts';

/** A picture as an upload is judged: what it is and how large, or a sentence why it is refused. */
export interface InspectedPicture {
  /** Formats that are kept as they are; anything else is kept as a PNG. */
  readonly bytes: Uint8Array;
  readonly extension: 'png' | 'jpg' | 'webp';
  readonly width: number;
  readonly height: number;
  /** The workflow that the picture carries, as JSON; not checked. */
  readonly workflow?: unknown;
}

/** A file that is not a picture, or not one that Impasto takes; the message is for the person who sent it. */
export class UnsupportedFile extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnsupportedFile';
  }
}

/** What comes with the program: node types, templates, samples, models. Tests bring their own. */
export interface Library {
  readonly nodes: ReadonlyMap<string, NodeDescription>;
  /** Lifts nodes that older versions of their types saved. */
  upgrade(document: WorkflowDocument): WorkflowDocument;
  /** Why a node's parameters do not go together, or not with the model that it samples with; undefined when they do. */
  refusal(node: WorkflowNode, model: KnownModel): Refusal | undefined;
  /** By name, e.g. `styleid`. */
  readonly templates: ReadonlyMap<string, WorkflowDocument>;
  readonly samples: readonly Sample[];
  /** Where the sample with that reference lies; undefined when there is none. */
  samplePath(reference: string): string | undefined;
  models(): Promise<readonly ModelSummary[]>;
  /** SHA-256 of that model, computed when it is not known yet; undefined when it cannot be. */
  hashOf(name: string): Promise<string | undefined>;
  /** Why that name is none of the models, as the end of a sentence. */
  missingModel(name: string): Promise<string>;
  /** Checks the header before it decodes. Throws UnsupportedFile. */
  inspectPicture(bytes: Uint8Array): Promise<InspectedPicture>;
}
