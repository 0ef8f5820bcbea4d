import { join } from 'node:path';
import { applyOverrides } from '../../../workflows/schema/applyOverrides.ts';
import type { Device } from '../../../models/runtime/device.ts';
import type { Precision } from '../../../models/runtime/precision.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { FromEngine } from '../../engine/messages.ts';
import type { PreviewChoice } from '../../protocol/previews.ts';
import { EngineProcess } from '../../runs/engineProcess.ts';
import { openModels } from '../../models/openModels.ts';
import { programLibrary } from '../../runs/programLibrary.ts';
import { engineDefaults } from '../engineDefaults.ts';

export interface BenchPlace {
  /** The project's folder. */
  readonly root: string;
  /** A data folder for this run of the bench only. */
  readonly dataFolder: string;
  readonly device: Device;
  readonly precision: Precision;
}

export const engineEntry = (root: string): string => join(root, 'dist/server/engine.js');

/** An engine process as the server starts it. */
export async function startBenchEngine({
  root,
  dataFolder,
  device,
  precision,
}: BenchPlace): Promise<EngineProcess> {
  const settings = engineDefaults({ dataFolder, root, device, precision });
  const engine = new EngineProcess({ entry: engineEntry(root), settings });
  const ready = new Promise((resolve) => engine.once('ready', resolve));
  engine.start();
  await ready;
  return engine;
}

/** Runs a workflow to its end and hands over everything that the engine said. */
export function runInEngine(
  engine: EngineProcess,
  order: { readonly run: string; readonly document: WorkflowDocument; readonly previews?: PreviewChoice },
): Promise<FromEngine[]> {
  return new Promise((resolve, reject) => {
    const messages: FromEngine[] = [];
    const listen = (message: FromEngine): void => {
      messages.push(message);
      if (message.kind !== 'finished' || message.run !== order.run) return;
      engine.off('message', listen);
      engine.setBusy('run', false);
      if (message.state === 'done') resolve(messages);
      else reject(new Error(`The run ended ${message.state}: ${message.error?.message ?? ''}`));
    };
    engine.on('message', listen);
    engine.setBusy('run', true);
    engine.send({ kind: 'run', ...order });
  });
}

/** A template that ships with the project, with some parameters changed. */
export async function template(
  { root, dataFolder }: BenchPlace,
  name: string,
  overrides: Record<string, number | string> = {},
): Promise<WorkflowDocument> {
  const place = { root, dataFolder, builtinFolder: join(root, 'models/builtin') };
  const { templates, nodes } = await programLibrary({ ...place, models: openModels(place) });
  const found = templates.get(name);
  if (!found) throw new Error(`There is no template ${name}`);
  const { document, problems } = applyOverrides(found, overrides, nodes);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return document;
}
