import { z } from 'zod';
import { previewChoiceSchema } from './previews.ts';
import { problemSchema } from '../../workflows/schema/problem.ts';

export const runStates = [
  'queued',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export const runStateSchema = z.enum(runStates);
export type RunState = z.infer<typeof runStateSchema>;
/** Of runs that are not over. */
export const openRunStates: ReadonlySet<RunState> = new Set(['queued', 'running', 'paused']);

export const nodeStates = ['waiting', 'running', 'paused', 'done', 'cached', 'failed', 'skipped'] as const;
export const nodeStateSchema = z.enum(nodeStates);

/** Ids are made by the server: time-ordered, lower-case letters and digits. */
export const runIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,40}$/, 'must be the id of a run: 8 to 40 lower-case letters and digits');

/** SHA-256 of a stored file, hex, and its extension: `0f3a...e1.png`. */
export const fileNameSchema = z
  .string()
  .regex(
    /^[0-9a-f]{64}\.(png|jpg|webp|json)$/,
    'must be a SHA-256 in lower-case hexadecimal with .png, .jpg, .webp or .json',
  );

/** An error as a person reads it; never a stack trace. */
export const runErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  node: z.string().optional(),
  port: z.string().optional(),
});
export type RunError = z.infer<typeof runErrorSchema>;

export const shownPictureSchema = z.object({
  node: z.string(),
  slot: z.string(),
  file: fileNameSchema,
  width: z.int(),
  height: z.int(),
  /** Set when the node saved it as an output of the run. */
  name: z.string().optional(),
});

export const nodeRecordSchema = z.object({
  state: nodeStateSchema,
  milliseconds: z.number().optional(),
  progress: z.number().min(0).max(1).optional(),
  step: z.int().optional(),
  of: z.int().optional(),
  /** Seconds until the node is done, estimated from its own steps. */
  secondsLeft: z.number().optional(),
  error: runErrorSchema.optional(),
  notes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Only of a cached node: where its result was made, whose steps are this node's too. */
  madeBy: z.object({ run: z.string(), node: z.string() }).optional(),
});
export type NodeRecord = z.infer<typeof nodeRecordSchema>;

/** What is different from the run before of a workflow with that title. */
export const runChangesSchema = z.object({
  /** Parameters with another value, as text; `node` is the node's title, or its id when it has none. */
  values: z.array(z.object({ node: z.string(), type: z.string(), param: z.string(), value: z.string() })),
  /** Whether there are other nodes or links. */
  rewired: z.boolean(),
});
export type RunChanges = z.infer<typeof runChangesSchema>;

export const runSummarySchema = z.object({
  id: runIdSchema,
  title: z.string(),
  state: runStateSchema,
  /** ISO 8601, UTC. */
  created: z.string(),
  /** When the engine took it, moved on by its pauses: since then it has been worked on. */
  started: z.string().optional(),
  /** When it was paused, until it goes on. */
  paused: z.string().optional(),
  finished: z.string().optional(),
  /** File of the first picture that the run saved or showed. */
  thumbnail: fileNameSchema.optional(),
  error: runErrorSchema.optional(),
  /** Absent when no run of that title is kept from before. */
  changes: runChangesSchema.optional(),
  /** Place in the queue, 1 = next; only while queued. */
  queuePosition: z.int().optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

const targetsSchema = z.array(z.string().max(64)).min(1).max(100);

export const runRecordSchema = runSummarySchema.extend({
  /** The workflow as it ran, overrides applied: a WorkflowDocument. */
  workflow: z.json(),
  nodes: z.record(z.string(), nodeRecordSchema),
  pictures: z.array(shownPictureSchema),
  models: z.array(z.object({ name: z.string(), title: z.string(), hash: z.string() })),
  device: z.string().optional(),
  /** Ids of the nodes that it was for; absent: all outputs. */
  targets: targetsSchema.optional(),
  /** How its step pictures were asked for; by the linear map unless given. */
  previews: previewChoiceSchema.optional(),
  /** What models computed in; absent in records from before it could be chosen: float32. */
  precision: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  /** What a person should know although the run went on, e.g. that step pictures could not be kept. */
  warnings: z.array(z.string()).optional(),
  /** Sequence number of the run's last event: where a client that has read this record goes on from. */
  seq: z.int(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

const countedStepSchema = z.object({
  seq: z.int(),
  node: z.string(),
  step: z.int(),
  of: z.int(),
  hasPicture: z.boolean(),
  milliseconds: z.number().optional(),
  /** When the step ended, Unix time in milliseconds. */
  at: z.number().optional(),
  /** Numbers by name, those left out that were not finite. */
  values: z.record(z.string(), z.number()).optional(),
});
export const samplingStepSchema = countedStepSchema.extend({
  timestep: z.number(),
  /** Remembered from an earlier run, not computed again. */
  known: z.boolean().optional(),
});
export const optimisingStepSchema = countedStepSchema.extend({
  /** What is made smaller, by name; those left out that were not finite. */
  losses: z.record(z.string(), z.number()),
});
/**
 * One step of a sampler, or of what optimises or trains; of a long work not every step is told. `seq` is its number among
 * the run's events and its name from then on: when a picture comes later than its step, a second step event tells the same
 * record again with `hasPicture` set. The picture, when one was made: GET /api/runs/:id/steps/:seq/picture.
 */
export const stepRecordSchema = z.union([samplingStepSchema, optimisingStepSchema]);
export type SamplingStep = z.infer<typeof samplingStepSchema>;
export type OptimisingStep = z.infer<typeof optimisingStepSchema>;
export type StepRecord = SamplingStep | OptimisingStep;

export const startRunSchema = z.object({
  workflow: z.unknown(),
  /** `node.param` to value. */
  overrides: z.record(z.string().max(200), z.json()).optional(),
  /** Runs only these nodes, by id, and what they need. */
  targets: targetsSchema.optional(),
  previews: previewChoiceSchema.optional(),
  /** Takes models by their names, also when their content is not what the workflow was made with. */
  allowOtherModels: z.boolean().optional(),
});
export const runStartedSchema = z.object({ id: runIdSchema });
export const problemsSchema = z.object({ problems: z.array(problemSchema) });
