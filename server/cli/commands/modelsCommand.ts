import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { DownloadRequest } from '../../protocol/models.ts';
import { isAtHome } from '../../models/addLink.ts';
import { readHubSettings } from '../../models/hubSettings.ts';
import { ModelDownloads } from '../../models/modelDownloads.ts';
import type { ModelLibrary } from '../../models/modelLibrary.ts';
import { sizeText } from '../../models/sizeText.ts';
import { Complaint } from '../complaint.ts';
import { entryText, modelText } from './modelTexts.ts';
import { pullModel } from './pullModel.ts';

interface ModelsOptions {
  readonly data?: string;
  readonly json?: boolean;
}
interface PullOptions extends ModelsOptions {
  readonly file?: string;
  readonly revision?: string;
  readonly half?: boolean;
  readonly hub?: string;
  readonly offline?: boolean;
}

export interface ModelsCommandParts {
  /** The models of the data folder that the options name. */
  readonly open: (options: ModelsOptions) => Promise<{ models: ModelLibrary; dataFolder: string }>;
  readonly write: (text: string) => void;
  readonly options: readonly (() => Option)[];
}

/** `models list|add|pull|verify|remove`. */
export function modelsCommand(program: Command, parts: ModelsCommandParts): void {
  const { open, write } = parts;
  const group = program.command('models').description('list, add, download, verify and remove models');
  const command = (name: string, description: string): Command => {
    const made = group.command(name).description(description);
    for (const option of parts.options) made.addOption(option());
    return made;
  };
  const say = (options: ModelsOptions, value: object, text: string) =>
    write(options.json ? `${JSON.stringify(value)}\n` : `${text}\n`);

  command('list', 'the models here; with --catalogue, those that can be had')
    .option('--catalogue', 'published models, and your own catalogue')
    .action(async (options: ModelsOptions & { catalogue?: boolean }) => {
      const { models } = await open(options);
      if (!options.catalogue) {
        const found = await models.listRecognised();
        for (const model of found) say(options, { kind: 'model', ...model }, modelText(model));
        return;
      }
      const { entries, problems } = await models.catalogue();
      for (const entry of entries) say(options, { kind: 'entry', ...entry }, entryText(entry));
      for (const message of problems) say(options, { kind: 'problem', message }, message);
    });

  command('add <path>', 'use a file or folder where it lies; nothing is copied')
    .option('--name <name>', "what to call it (default: the path's own name)")
    .action(async (path: string, options: ModelsOptions & { name?: string }) => {
      const { models } = await open(options);
      const name = await models.add({ path: isAtHome(path) ? path : resolve(path), name: options.name });
      say(options, { kind: 'added', name }, `Added as "${name}"; the files stay where they are.`);
    });

  command('pull <what>', 'download an entry of the catalogue, or from a repository (owner/name) of the hub')
    .option('--file <path>', 'one file of the repository (default: all of a diffusers folder that is needed)')
    .option('--revision <name>', 'branch, tag or commit of the repository (default: main)')
    .option('--half', 'weights in half precision, where the repository has both')
    .option('--hub <url>', 'another model hub (also IMPASTO_HUB)')
    .option('--offline', 'ask nothing of the network')
    .action(async (what: string, options: PullOptions) => {
      const { models, dataFolder } = await open(options);
      const settings = await readHubSettings({ dataFolder, hub: options.hub, offline: options.offline });
      const downloads = new ModelDownloads({ library: models, settings });
      const request = requestOf(what, options);
      process.exitCode = await pullModel(request, { downloads, json: options.json ?? false, write });
    });

  command(
    'verify [names...]',
    'read models from end to end and compare their sums with those published',
  ).action(async (names: string[], options: ModelsOptions) => {
    const { models } = await open(options);
    const here = (await models.list()).filter(({ builtin, missing }) => !builtin && !missing);
    for (const name of names.length > 0 ? names : here.map((model) => model.name)) {
      const verified = await models.verify(name, { onProgress: progressOf(name, options, write) });
      say(options, { kind: 'verified', ...verified }, lineOver(verified.message));
      if (verified.matches === false) process.exitCode = 1;
    }
  });

  command('remove <name>', 'forget a model that was added, or delete one that was downloaded')
    .option('--delete', 'also delete a file that Impasto did not download')
    .action(async (name: string, options: ModelsOptions & { delete?: boolean }) => {
      const { models } = await open(options);
      await models.remove(name, { force: options.delete ?? false }).catch((error: unknown) => {
        throw new Complaint((error as Error).message.replace('delete=true', '--delete'), error);
      });
      say(options, { kind: 'removed', name }, `Removed "${name}".`);
    });
}

/** An entry's id has no slash, a repository's name has one. */
function requestOf(what: string, { file, revision, half }: PullOptions): DownloadRequest {
  if (!what.includes('/')) {
    if (file !== undefined || revision !== undefined || half)
      throw new Complaint(
        `--file, --revision and --half belong to a repository (owner/name), not to "${what}".`,
      );
    return { entry: what };
  }
  return {
    repository: what,
    ...(file !== undefined && { file }),
    ...(revision !== undefined && { revision }),
    ...(half && { half }),
  };
}

/** On a terminal, how far the reading is. */
function progressOf(name: string, { json }: ModelsOptions, write: (text: string) => void) {
  if (json || !process.stdout.isTTY) return () => undefined;
  return (bytes: number) => write(`\r\u001B[K${name}: ${sizeText(bytes)} read`);
}

const lineOver = (text: string): string => (process.stdout.isTTY ? `\r\u001B[K${text}` : text);
