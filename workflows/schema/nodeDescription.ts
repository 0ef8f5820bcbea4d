import { z } from 'zod';

/** Types of the values that travel along links. Saved in people's files: never renamed. */
export const portTypes = [
  'image',
  'mask',
  'latent',
  'denoiser',
  'autoencoder',
  'textEncoder',
  'visionEncoder',
  'visionEmbedding',
  'conditioning',
  'trajectory',
  'adapter',
  'features',
  'vgg',
  'responses',
  'matches',
  'pictureLoss',
  'number',
  'text',
  'seed',
  'table',
] as const;
export const portTypeSchema = z.enum(portTypes);
export type PortType = z.infer<typeof portTypeSchema>;

export const portDescriptionSchema = z.object({
  name: z.string(),
  type: portTypeSchema,
  title: z.string(),
  help: z.string(),
  /** Inputs only: the node runs without it. */
  optional: z.boolean(),
});
export type PortDescription = z.infer<typeof portDescriptionSchema>;

/** The control that the editor shows for a parameter. */
export const controlSchema = z.enum([
  'number',
  'slider',
  'integer',
  'seed',
  'text',
  'multiline',
  'toggle',
  'choice',
  'image',
  'model',
  'layers',
  'strokes',
]);
export type Control = z.infer<typeof controlSchema>;

export const parameterDescriptionSchema = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  control: controlSchema,
  default: z.json(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  unit: z.string().optional(),
  choices: z.array(z.object({ value: z.string(), title: z.string() })).optional(),
  /**
   * A text that a text encoder reads: the input that the encoder comes from, and the choice (`pieces` or `cut`) that says
   * what happens when it is too long. The editor counts its tokens.
   */
  tokens: z.object({ encoder: z.string(), long: z.string() }).optional(),
  /** Models only: the roles that it takes; any when left out. */
  roles: z.array(z.string()).optional(),
  /** Shown only when unfolded. */
  advanced: z.boolean(),
  /** When set, the parameter is also an optional input port of this type, which wins over the typed-in value. */
  port: z.enum(['number', 'text', 'seed']).optional(),
  /** The output that gives this value on as it is: the editor takes limits, step and unit from what that feeds. */
  handsOn: z.string().optional(),
  /** Seeds only: the on/off parameter that asks for a new value on each run. */
  rolledBy: z.string().optional(),
});
export type ParameterDescription = z.infer<typeof parameterDescriptionSchema>;

/** What the server tells the editor about a node type; the editor never imports node code. */
export const nodeDescriptionSchema = z.object({
  type: z.string(),
  version: z.number(),
  title: z.string(),
  family: z.string(),
  help: z.string(),
  inputs: z.array(portDescriptionSchema),
  outputs: z.array(portDescriptionSchema),
  parameters: z.array(parameterDescriptionSchema),
  /** Reports sampling steps with pictures: the editor shows a live preview and a filmstrip. */
  reportsSteps: z.boolean(),
  /** Shows pictures on the node itself (Preview, Save, Compare, Load Image). */
  showsPictures: z.boolean(),
  /** Has an effect of its own: a run executes such nodes and what they need, nothing else. */
  isOutput: z.boolean(),
  /**
   * The large editor that sets its parameters: `placement` sets x, y, scale, rotation, flipX and flipY of what comes in at
   * `cutout` (with `mask`) over `background`.
   */
  editor: z.literal('placement').optional(),
});
export type NodeDescription = z.infer<typeof nodeDescriptionSchema>;
