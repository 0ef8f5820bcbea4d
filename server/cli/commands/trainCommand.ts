import { Option, type Command } from 'commander';
import { fineTuneParams } from '../../../nodes/train/fineTuneParams.ts';

/** The template that the command runs, and its nodes that take what is asked for: `BEFORE` shows the model as it was. */
const TEMPLATE = 'fine-tune';
const [PAINTING, TRAINING, BEFORE] = ['painting.image', 'train', 'model.model'];

/** Options of the command by the parameter of the Fine-tune node that they set. */
const options = {
  name: '--name <name>',
  model: '--model <name>',
  steps: '--steps <count>',
  learningRate: '--learning-rate <number>',
  crop: '--crop <pixels>',
  rows: '--crops <count>',
  every: '--every <steps>',
  seed: '--seed <number>',
  otherSettings: '--other-settings <what>',
} as const satisfies Partial<Record<keyof typeof fineTuneParams.shape, string>>;

type Parameter = keyof typeof options;

export interface TrainRequest {
  /** Name of a template. */
  readonly file: string;
  /** `node.param=value` */
  readonly set: readonly string[];
}

/** `impasto train PAINTING`: the Fine-tune template with a painting and its parameters. */
export function trainCommand(
  program: Command,
  {
    common,
    run,
  }: { common: readonly Option[]; run: (request: TrainRequest, given: object) => Promise<void> },
): void {
  const command = program
    .command('train <painting>')
    .description('teach a model the hand of one painting; run again, it goes on where it stopped')
    .option('--out <folder>', 'where the picture that shows the result goes', '.');
  for (const [parameter, flags] of Object.entries(options)) {
    command.addOption(optionOf(parameter as Parameter, flags));
  }
  for (const option of common) command.addOption(option);
  command.action((painting: string, given: Record<string, unknown>) => {
    const set = Object.entries(options).flatMap(([parameter, flags]) => {
      const value = given[new Option(flags).attributeName()];
      return value === undefined ? [] : [`${TRAINING}.${parameter}=${String(value)}`];
    });
    if (given['model'] !== undefined) set.push(`${BEFORE}=${String(given['model'])}`);
    return run({ file: TEMPLATE, set: [`${PAINTING}=${painting}`, ...set] }, given);
  });
}

/** Described by what the editor says about the parameter. */
function optionOf(parameter: Parameter, flags: string): Option {
  const schema = fineTuneParams.shape[parameter];
  const { help = '', default: standard } = schema.meta() as { help?: string; default?: unknown };
  const sentence = /^[^.]*/.exec(help)![0];
  const described = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  const option = new Option(
    flags,
    standard === undefined ? described : `${described} (default: ${String(standard)})`,
  );
  return parameter === 'otherSettings' ? option.choices(['refuse', 'go-on', 'begin-again']) : option;
}
